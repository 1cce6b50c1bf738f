using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.History;

/// <summary>Result of comparing what earlier passes stored with L1.</summary>
/// <param name="Changes">What L1 no longer has as it was stored. It is stored before anything more is read.</param>
/// <param name="FinalExecutions">Blocks with recorded executions that can no longer be replaced.</param>
/// <param name="Unproven">
/// Applications whose stored history does not, or does not certainly, match L1: nothing more is read for them in this pass.
/// </param>
/// <param name="Seals">
/// For each PRT application whose stored seals match L1, the seal to read next. Without it, it is unknown to which epoch an input belongs.
/// </param>
/// <param name="IsWhole">
/// Whether everything that is stored of every application was compared and matches L1. False while the endpoint could not show a part
/// of it.
/// </param>
internal sealed record HistoryReport(
    IReadOnlyList<HistoryChange> Changes,
    IReadOnlySet<ReadBlock> FinalExecutions,
    IReadOnlySet<int> Unproven,
    IReadOnlyDictionary<int, NextSeal> Seals,
    bool IsWhole
);

/// <summary>L1 no longer has something as it was stored.</summary>
/// <param name="ApplicationId">The application.</param>
internal abstract record HistoryChange(int ApplicationId);

/// <summary>The application's stored history is gone from L1: the application stops.</summary>
/// <param name="Application">The application.</param>
/// <param name="What">The contradiction, with both values, for an operator.</param>
internal sealed record ReplacedHistory(ObservedApplication Application, string What) : HistoryChange(Application.Id);

/// <summary>The same inputs are in other blocks of the same numbers: no result computed from them is wrong.</summary>
/// <param name="Application">The application.</param>
/// <param name="ForkBlock">Number of the first replaced block with an input.</param>
/// <param name="Blocks">The new blocks that have inputs, oldest first; at least one.</param>
internal sealed record MovedInputs(ObservedApplication Application, ulong ForkBlock, IReadOnlyList<MovedBlock> Blocks)
    : HistoryChange(Application.Id);

/// <summary>A block that took the place of another, with the same inputs.</summary>
/// <param name="FirstInput">Index of its first input.</param>
/// <param name="LastInput">Index of its last input.</param>
/// <param name="Number">Its number, which is unchanged.</param>
/// <param name="Hash">Its hash.</param>
internal readonly record struct MovedBlock(ulong FirstInput, ulong LastInput, ulong Number, Hash32 Hash);

/// <summary>L1 replaced blocks with executed outputs: these count as not executed until L1 has them again.</summary>
/// <param name="ApplicationId">The application.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">What the reader remembers of it; null if it is not observed.</param>
/// <param name="Blocks">Hashes of the blocks.</param>
/// <param name="Lowest">The lowest number of a replaced block.</param>
/// <param name="Cursor">The executions may now be in any block after this one: the new cursor.</param>
internal sealed record RevertedExecutions(
    int ApplicationId,
    string Name,
    ReadingState? State,
    IReadOnlyList<Hash32> Blocks,
    ulong Lowest,
    ulong Cursor
) : HistoryChange(ApplicationId);

/// <summary>The seal that a PRT application needs next.</summary>
/// <param name="Number">Number of the epoch that it seals; after reverted seals, an epoch that was sealed before.</param>
/// <param name="From">First block that can have it.</param>
/// <param name="IsOnChain">True if the contract has sealed that epoch by the head; otherwise there is nothing to read.</param>
internal readonly record struct NextSeal(ulong Number, ulong From, bool IsOnChain);
