using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>What the endpoint was asked, and where it lies, lags or fails.</summary>
public sealed partial class FakeChain
{
    private Action? _beforeFinal;

    /// <summary>The id that the endpoint gives.</summary>
    public ulong ChainId { get; set; } = 31337;

    /// <summary>Whether the endpoint has a block for the tags; false as on a chain that has none final yet.</summary>
    public bool HasTags { get; set; } = true;

    /// <summary>Blocks per step that the endpoint can be read in.</summary>
    public ulong BlocksPerStep { get; set; } = ulong.MaxValue;

    /// <summary>Wei of an account.</summary>
    public Func<Address, BigInteger> Balance { get; set; } = _ => BigInteger.Pow(10, 18);

    /// <summary>Every search for logs.</summary>
    public List<LogFilter> Filters { get; } = [];

    /// <summary>How many calls were made together, each time.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>How many blocks were asked for together by their numbers, each time.</summary>
    public List<int> BlockLookups { get; } = [];

    /// <summary>Numbers of the blocks that were read with their transactions.</summary>
    public List<ulong> BlocksRead { get; } = [];

    /// <summary>Oldest block of which the node still has the state of accounts.</summary>
    public ulong OldestState { get; set; }

    /// <summary>Whether the node gives the block of that number.</summary>
    public Func<ulong, bool> HasBlock { get; set; } = _ => true;

    /// <summary>Whether the node shows the log.</summary>
    public Func<LogEntry, bool> Visible { get; set; } = _ => true;

    /// <summary>Failure of a question for the block of a tag.</summary>
    public Func<BlockTag, Exception?> FailBlock { get; set; } = _ => null;

    /// <summary>Failure of a search for logs.</summary>
    public Func<LogFilter, Exception?> FailLogs { get; set; } = _ => null;

    /// <summary>Failure of a call.</summary>
    public Func<CallRequest, Exception?> FailCall { get; set; } = _ => null;

    /// <summary>Failure of the sending of a signed transaction, before the pool has it.</summary>
    public Func<byte[], Exception?> FailSend { get; set; } = _ => null;

    /// <summary>Failure of questions for receipts.</summary>
    public Exception? FailReceipts { get; set; }

    /// <summary>Failure of questions for blocks, calls, logs and code.</summary>
    public Exception? Unreachable { get; set; }

    /// <summary>The endpoint fails after it took the transaction: the answer is lost.</summary>
    public bool LoseSendAnswers { get; set; }

    /// <summary>
    /// The node that is asked for one receipt does not have its block yet; the one that is asked for receipts and a count together has.
    /// </summary>
    public bool HideSingleReceipts { get; set; }

    /// <summary>Estimates pass though the transaction will revert.</summary>
    public bool BlindEstimates { get; set; }

    /// <summary>How many blocks the node that estimates is behind.</summary>
    public ulong EstimateBehind { get; set; }

    /// <summary>How many transactions of the account the node that counts the pool does not know of.</summary>
    public ulong CountBehind { get; set; }

    /// <summary>
    /// A block with the pool is being made: as Anvil does in this moment, the account's transactions in it are counted as of the newest
    /// block, and have no receipts.
    /// </summary>
    public bool IsMakingABlock { get; set; }

    /// <summary>What happens to L1 once, right before the finalised block is asked for the next time.</summary>
    public Action? BeforeFinal
    {
        get => _beforeFinal;
        set => _beforeFinal = value;
    }
}
