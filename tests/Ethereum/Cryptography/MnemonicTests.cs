using System.Security.Cryptography;
using CsCheck;

namespace Rollups.Ethereum.Tests.Cryptography;

public sealed class MnemonicTests
{
    public static TheoryData<int> Mnemonics => [.. Enumerable.Range(0, Vector.Viem["mnemonics"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void Words_give_the_seed_and_the_accounts_that_viem_derives(int index)
    {
        var vector = Vector.Viem["mnemonics"]![index]!;

        var seed = Mnemonic.ToSeed(vector.Text("mnemonic"));

        Hex.Encode(seed).ShouldBe(vector.Text("seed"));
        foreach (var account in vector["accounts"]!.AsArray())
        {
            var key = ExtendedPrivateKey.EthereumAccount(seed, (uint)account!.Number("index"));
            Hex.Encode(key).ShouldBe(account!.Text("key"));
            new PrivateKeySigner(key).Address.ShouldBe(account!.Address("address"));
        }
    }

    [Fact]
    public void Keys_are_derived_as_in_the_test_vectors_of_BIP_32()
    {
        foreach (var vector in Vector.Viem["hdKeys"]!.AsArray())
        {
            var path = vector!.Text("path").Split('/')[1..].Select(step => step.EndsWith('\'') ? ExtendedPrivateKey.Hardened + uint.Parse(step.AsSpan(0, step.Length - 1)) : uint.Parse(step));
            var key = ExtendedPrivateKey.FromSeed(vector!.Bytes("seed")).Derive([.. path]);
            (Hex.Encode(key.Key), Hex.Encode(key.ChainCode)).ShouldBe((vector!.Text("key"), vector!.Text("chainCode")), vector!.Text("path"));
        }
    }

    [Fact]
    public void The_word_list_is_that_of_BIP_39()
    {
        using var list = typeof(Mnemonic).Assembly.GetManifestResourceStream("bip39-english.txt")!;
        Convert.ToHexStringLower(SHA256.HashData(list)).ShouldBe("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    }

    [Fact]
    public void White_space_between_and_around_the_words_does_not_count()
    {
        var words = Vector.Viem["mnemonics"]![20]!.Text("mnemonic");
        Mnemonic.ToSeed($"\r\n  {words.Replace(" ", " \n\t ", StringComparison.Ordinal)} \n").ShouldBe(Mnemonic.ToSeed(words));
    }

    [Theory]
    [InlineData("", "it has 0 words, and a mnemonic has 12, 15, 18, 21 or 24")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank", "it has 11 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yellow yellow", "it has 13 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yelow", "word 12 of 12 is not one of the 2048 English words")]
    [InlineData("legal winer thank year wave sausage worth useful legal winner thank yelow", "word 2 of 12 is not one of the 2048 English words")]
    [InlineData("Legal winner thank year wave sausage worth useful legal winner thank yellow", "word 1 of 12 is not one of the 2048 English words")]
    [InlineData("winner legal thank year wave sausage worth useful legal winner thank yellow", "its checksum is wrong")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank year", "its checksum is wrong")]
    public void What_is_not_a_mnemonic_is_told_by_position_and_never_by_word(string text, string sentence)
    {
        var exception = Should.Throw<FormatException>(() => Mnemonic.ToSeed(text));

        exception.Message.ShouldStartWith(sentence);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not "year"))
            exception.ToString().ShouldNotContain(word);
    }

    /// <summary>Twelve words have four bits of checksum, so about one wrong word in sixteen is not found.</summary>
    [Fact]
    public void A_wrong_word_is_nearly_always_found()
    {
        using var list = new StreamReader(typeof(Mnemonic).Assembly.GetManifestResourceStream("bip39-english.txt")!);
        var words = list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var right = Vector.Viem["mnemonics"]![20]!.Text("mnemonic").Split(' ');
        var found = 0;
        for (var i = 0; i < 512; i++)
        {
            var wrong = right.ToArray();
            wrong[i % 12] = words[i * 4];
            try
            {
                Mnemonic.ToSeed(string.Join(' ', wrong));
            }
            catch (FormatException)
            {
                found++;
            }
        }

        found.ShouldBeInRange(450, 511);
    }

    [Fact]
    public void A_key_prints_nothing_of_itself() =>
        Gen.Byte.Array[16, 64].Sample(seed => ExtendedPrivateKey.FromSeed(seed) is var key && key.ToString() == nameof(ExtendedPrivateKey));
}
