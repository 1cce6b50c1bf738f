using System.Collections.Frozen;
using System.Security.Cryptography;
using Nethereum.Accounts.Bip32;

namespace Rollups.Ethereum;

/// <summary>BIP-39: words that encode a seed. Nothing here repeats a word.</summary>
internal static class Mnemonic
{
    private const int BitsPerWord = 11;

    /// <summary>
    /// The English list of BIP-39, in order. Nethereum's has FALSE and TRUE in upper case, as a spreadsheet writes them.
    /// </summary>
    internal static IReadOnlyList<string> WordList { get; } = [.. Bip39.WordList.Select(word => word.ToLowerInvariant())];

    private static readonly FrozenDictionary<string, int> Indexes = WordList
        .Select((word, index) => KeyValuePair.Create(word, index))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The accounts of a mnemonic without passphrase. The words are checked here, because Nethereum accepts any text as a mnemonic and
    /// would return the keys of another account. Overwrite the seed after extracting the key.
    /// </summary>
    /// <param name="text">12, 15, 18, 21 or 24 lower-case words of the English list, with any white space between them.</param>
    /// <exception cref="FormatException">
    /// Wrong number of words, a word that is not in the list (reported by position), or a wrong checksum.
    /// </exception>
    public static MinimalHDWallet ToWallet(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Check(words);
        return new MinimalHDWallet(string.Join(' ', words));
    }

    /// <summary>The words encode the entropy followed by the first bits of its SHA-256: one bit for every 32.</summary>
    private static void Check(string[] words)
    {
        if (words.Length is not (12 or 15 or 18 or 21 or 24))
            throw new FormatException($"it has {words.Length} words, and a mnemonic has 12, 15, 18, 21 or 24");
        var bits = new bool[words.Length * BitsPerWord];
        for (var word = 0; word < words.Length; word++)
        {
            if (!Indexes.TryGetValue(words[word], out var index))
            {
                throw new FormatException(
                    $"word {word + 1} of {words.Length} is not one of the 2048 English words of BIP-39, which are lower case: "
                        + "check its spelling"
                );
            }

            for (var bit = 0; bit < BitsPerWord; bit++)
                bits[(word * BitsPerWord) + bit] = (index >> (BitsPerWord - 1 - bit) & 1) == 1;
        }

        var checksumBits = bits.Length / 33;
        Span<byte> entropy = stackalloc byte[(bits.Length - checksumBits) / 8];
        for (var bit = 0; bit < entropy.Length * 8; bit++)
            entropy[bit / 8] |= (byte)(bits[bit] ? 0x80 >> (bit % 8) : 0);
        var checksum = SHA256.HashData(entropy)[0];
        CryptographicOperations.ZeroMemory(entropy);
        for (var bit = 0; bit < checksumBits; bit++)
        {
            if (bits[bits.Length - checksumBits + bit] != ((checksum >> (7 - bit) & 1) == 1))
                throw new FormatException("its checksum is wrong: one of the words is wrong, or two words are in the wrong order");
        }
    }
}
