using System.Globalization;
using System.Text;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Describes revert data in words.</summary>
public static class RevertReason
{
    /// <summary>Error(string).</summary>
    public const uint ErrorString = 0x08c379a0;

    /// <summary>Panic(uint256): 1 is a failed assertion.</summary>
    public const uint Panic = 0x4e487b71;

    /// <summary>NotFirstClaim(address,uint256).</summary>
    public const uint NotFirstClaim = 0x7e942645;

    /// <summary>NotEpochFinalBlock(uint256,uint256).</summary>
    public const uint NotEpochFinalBlock = 0xc92a0d69;

    /// <summary>NotPastBlock(uint256,uint256).</summary>
    public const uint NotPastBlock = 0xd804a6a1;

    /// <summary>OwnableUnauthorizedAccount(address).</summary>
    public const uint OwnableUnauthorizedAccount = 0x118cdaa7;

    /// <summary>IncorrectEpochNumber(uint256,uint256): another account settled the epoch first.</summary>
    public const uint IncorrectEpochNumber = 0x09935952;

    /// <summary>TournamentNotFinishedYet().</summary>
    public const uint TournamentNotFinishedYet = 0x770a2e58;

    /// <summary>TournamentFailedNoWinner().</summary>
    public const uint TournamentFailedNoWinner = 0xb3045ef8;

    /// <summary>TournamentIsClosed().</summary>
    public const uint TournamentIsClosed = 0xac57beef;

    /// <summary>TournamentIsFinished().</summary>
    public const uint TournamentIsFinished = 0x95ddf153;

    /// <summary>InvalidOutputsMerkleRootProof(bytes32).</summary>
    public const uint InvalidOutputsMerkleRootProof = 0x9fdf92e3;

    /// <summary>InvalidOutputsMerkleRootProofSize(uint256).</summary>
    public const uint InvalidOutputsMerkleRootProofSize = 0x687e73cc;

    /// <summary>CommitmentProofWrongSize(uint256,uint256).</summary>
    public const uint CommitmentProofWrongSize = 0xc5ba0ac3;

    /// <summary>CommitmentFinalStateMismatch(bytes32,bytes32).</summary>
    public const uint CommitmentFinalStateMismatch = 0x12b81422;

    /// <summary>ClockNotTimedOut().</summary>
    public const uint ClockNotTimedOut = 0x8e525c41;

    /// <summary>BothClocksHaveNotTimedOut().</summary>
    public const uint BothClocksHaveNotTimedOut = 0x19c570ab;

    /// <summary>ChildTournamentCannotBeEliminated().</summary>
    public const uint ChildTournamentCannotBeEliminated = 0x91083090;

    /// <summary>WrongChildren(uint256,bytes32,bytes32,bytes32).</summary>
    public const uint WrongChildren = 0x75af4da6;

    /// <summary>InsufficientBond().</summary>
    public const uint InsufficientBond = 0xe92c469f;

    /// <summary>TournamentNotFinished().</summary>
    public const uint TournamentNotFinished = 0x4abfd704;

    /// <summary>NoWinner().</summary>
    public const uint NoWinner = 0x8b9ae95f;

    private static readonly Dictionary<uint, string> Known = new[]
    {
        "NotFirstClaim(address,uint256)",
        "NotEpochFinalBlock(uint256,uint256)",
        "NotPastBlock(uint256,uint256)",
        "OwnableUnauthorizedAccount(address)",
        "OwnableInvalidOwner(address)",
        "InputTooLarge(address,uint256,uint256)",
        "InsufficientFunds(uint256,uint256)",
        "InvalidOutputHashesSiblingsArrayLength()",
        "InvalidOutputsMerkleRoot(bytes32)",
        "OutputNotExecutable(bytes)",
        "OutputNotReexecutable(bytes)",
        "ReentrancyGuardReentrantCall()",
        "IncorrectEpochNumber(uint256,uint256)",
        "TournamentNotFinishedYet()",
        "InvalidOutputsMerkleRootProof(bytes32)",
        "InvalidOutputsMerkleRootProofSize(uint256)",
        "ApplicationMismatch(address,address)",
        "InputHashMismatch(bytes32,bytes32)",
        "InsufficientBond()",
        "TournamentIsClosed()",
        "CommitmentProofWrongSize(uint256,uint256)",
        "CommitmentFinalStateMismatch(bytes32,bytes32)",
        "TournamentFailedNoWinner()",
        "TournamentNotFinished()",
        "NoWinner()",
        "TournamentIsFinished()",
        "InvalidContestedFinalState(bytes32,bytes32,bytes32)",
        "ClockNotTimedOut()",
        "BothClocksHaveNotTimedOut()",
        "ChildTournamentCannotBeEliminated()",
        "WrongChildren(uint256,bytes32,bytes32,bytes32)",
    }.ToDictionary(signature => new AbiFunction(signature).Selector);

    /// <summary>
    /// The error's name and arguments, or the raw bytes in hex if it is unknown. Text from a contract is quoted and shortened.
    /// </summary>
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
            text.Append(i == 0 ? "" : ", ")
                .Append(
                    types[i] switch
                    {
                        "address" => reader.Address(i).ToString(),
                        "bytes32" => reader.Hash(i).ToString(),
                        "bytes" => Shortened(reader.Bytes(i)),
                        _ => reader.UInt256(i).ToString(CultureInfo.InvariantCulture),
                    }
                );
        }

        return text.Append(')').ToString();
    }

    private static string Printable(byte[] text) =>
        new([.. Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(text.Length, 200))).Where(c => !char.IsControl(c))]);

    private static string Shortened(byte[] data) => data.Length <= 100 ? Hex.Encode(data) : Hex.Encode(data.AsSpan(0, 100)) + "...";
}
