using System.Globalization;
using System.Text;

namespace Rollups.Ethereum;

/// <summary>Puts revert data into words.</summary>
public static class RevertReason
{
    private const uint ErrorString = 0x08c379a0;
    private const uint Panic = 0x4e487b71;

    /// <summary>NotFirstClaim(address,uint256).</summary>
    public const uint NotFirstClaim = 0x7e942645;

    /// <summary>NotEpochFinalBlock(uint256,uint256).</summary>
    public const uint NotEpochFinalBlock = 0xc92a0d69;

    /// <summary>NotPastBlock(uint256,uint256).</summary>
    public const uint NotPastBlock = 0xd804a6a1;

    /// <summary>OwnableUnauthorizedAccount(address).</summary>
    public const uint OwnableUnauthorizedAccount = 0x118cdaa7;

    private static readonly Dictionary<uint, string> Known = new[]
    {
        "NotFirstClaim(address,uint256)", "NotEpochFinalBlock(uint256,uint256)", "NotPastBlock(uint256,uint256)", "OwnableUnauthorizedAccount(address)",
        "OwnableInvalidOwner(address)", "InputTooLarge(address,uint256,uint256)", "InsufficientFunds(uint256,uint256)", "InvalidOutputHashesSiblingsArrayLength()",
        "InvalidOutputsMerkleRoot(bytes32)", "OutputNotExecutable(bytes)", "OutputNotReexecutable(bytes)", "ReentrancyGuardReentrantCall()",
    }.ToDictionary(signature => new AbiFunction(signature).Selector);

    /// <summary>The error's name and its arguments, or the raw bytes in hex where it is not known. Text from a contract is quoted and shortened.</summary>
    public static string Describe(IReadOnlyList<byte> revertData)
    {
        var data = revertData as byte[] ?? [.. revertData];
        if (data.Length == 0)
            return "no revert data";
        if (data.Length < 4)
            return Hex.Encode(data);
        var selector = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data);
        try
        {
            var reader = new AbiReader(data.AsSpan(4));
            if (selector == ErrorString)
                return $"Error(\"{Printable(reader.Bytes(0))}\")";
            if (selector == Panic)
                return $"Panic(0x{reader.UInt256(0):x})";
            return Known.TryGetValue(selector, out var signature) ? Arguments(signature, reader) : Shortened(data);
        }
        catch (AbiException)
        {
            return Shortened(data);
        }
    }

    private static string Arguments(string signature, AbiReader reader)
    {
        var open = signature.IndexOf('(', StringComparison.Ordinal);
        var types = signature[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var text = new StringBuilder(signature[..open]).Append('(');
        for (var i = 0; i < types.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(types[i] switch
            {
                "address" => reader.Address(i).ToString(),
                "bytes32" => reader.Hash(i).ToString(),
                "bytes" => Shortened(reader.Bytes(i)),
                _ => reader.UInt256(i).ToString(CultureInfo.InvariantCulture),
            });
        }

        return text.Append(')').ToString();
    }

    private static string Printable(byte[] text) =>
        new([.. Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(text.Length, 200))).Where(c => !char.IsControl(c))]);

    private static string Shortened(byte[] data) => data.Length <= 100 ? Hex.Encode(data) : Hex.Encode(data.AsSpan(0, 100)) + "...";
}
