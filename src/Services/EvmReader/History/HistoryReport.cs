using Rollups.Domain;

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
