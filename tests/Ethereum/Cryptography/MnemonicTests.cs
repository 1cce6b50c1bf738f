using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Nethereum.Accounts.Bip32;
using Nethereum.Signer;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Cryptography;

public sealed class MnemonicTests
{
    public static TheoryData<int> Mnemonics => [.. Enumerable.Range(0, TestVector.Viem["mnemonics"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Mnemonics))]
    public void Words_give_the_seed_and_the_accounts_that_viem_derives(int index)
    {
        var vector = TestVector.Viem["mnemonics"]![index]!;

        var wallet = Mnemonic.ToWallet(vector.Text("mnemonic"));

        Hex.Encode(wallet.Seed).ShouldBe(vector.Text("seed"));
        foreach (var account in vector["accounts"]!.AsArray())
        {
            var key = wallet.GetEthereumKey((int)account!.Number("index"));
            Hex.Encode(Bytes32(key)).ShouldBe(account!.Text("key"));
            new PrivateKeySigner(key).Address.ShouldBe(account!.Address("address"));
        }
    }

    /// <summary>A chain code is only seen in the child that is derived with it.</summary>
    [Fact]
    public void Keys_are_derived_as_in_the_test_vectors_of_BIP_32()
    {
        foreach (var vector in TestVector.Viem["hdKeys"]!.AsArray())
        {
            var (wallet, path) = (new MinimalHDWallet(vector!.Bytes("seed")), vector!.Text("path"));
            (Hex.Encode(Bytes32(wallet.GetKeyFromPath(path))), Hex.Encode(Bytes32(wallet.GetKeyFromPath(path + "/0")))).ShouldBe(
                (vector!.Text("key"), vector!.Text("child")),
                path
            );
        }
    }

    [Fact]
    public void The_word_list_is_that_of_BIP_39()
    {
        var list = Encoding.ASCII.GetBytes(string.Concat(Mnemonic.WordList.Select(word => word + "\n")));
        Convert.ToHexStringLower(SHA256.HashData(list)).ShouldBe("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    }

    [Fact]
    public void White_space_between_and_around_the_words_does_not_count()
    {
        var words = TestVector.Viem["mnemonics"]![20]!.Text("mnemonic");
        var spaced = $"\r\n  {words.Replace(" ", " \n\t ", StringComparison.Ordinal)} \n";
        Mnemonic.ToWallet(spaced).Seed.ShouldBe(Mnemonic.ToWallet(words).Seed);
    }

    [Theory]
    [InlineData("", "it has 0 words, and a mnemonic has 12, 15, 18, 21 or 24")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank", "it has 11 words")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yellow yellow", "it has 13 words")]
    [InlineData(
        "legal winner thank year wave sausage worth useful legal winner thank yelow",
        "word 12 of 12 is not one of the 2048 English words"
    )]
    [InlineData(
        "legal winer thank year wave sausage worth useful legal winner thank yelow",
        "word 2 of 12 is not one of the 2048 English words"
    )]
    [InlineData(
        "Legal winner thank year wave sausage worth useful legal winner thank yellow",
        "word 1 of 12 is not one of the 2048 English words"
    )]
    [InlineData("winner legal thank year wave sausage worth useful legal winner thank yellow", "its checksum is wrong")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank year", "its checksum is wrong")]
    public void What_is_not_a_mnemonic_is_told_by_position_and_never_by_word(string text, string sentence)
    {
        var exception = Should.Throw<FormatException>(() => Mnemonic.ToWallet(text));

        exception.Message.ShouldStartWith(sentence);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not "year"))
            exception.ToString().ShouldNotContain(word);
    }

    /// <summary>Twelve words have four bits of checksum, so about one wrong word in sixteen is not found.</summary>
    [Fact]
    public void A_wrong_word_is_nearly_always_found()
    {
        var right = TestVector.Viem["mnemonics"]![20]!.Text("mnemonic").Split(' ');
        var found = 0;
        for (var i = 0; i < 512; i++)
        {
            var wrong = right.ToArray();
            wrong[i % 12] = Mnemonic.WordList[i * 4];
            try
            {
                Mnemonic.ToWallet(string.Join(' ', wrong));
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
        Gen
            .Byte.Array[64]
            .Sample(
                seed =>
                {
                    var wallet = new MinimalHDWallet(seed);
                    var key = wallet.GetEthereumKey(0);
                    return wallet.ToString() == typeof(MinimalHDWallet).FullName
                        && key.ToString() == key.GetType().FullName
                        && new PrivateKeySigner(key).ToString() == typeof(PrivateKeySigner).FullName;
                },
                iter: 20
            );

    /// <summary>Nethereum leaves leading zero bytes out.</summary>
    private static byte[] Bytes32(EthECKey key)
    {
        var bytes = key.GetPrivateKeyAsBytes();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
