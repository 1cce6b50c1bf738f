using System.Globalization;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.History;

namespace Rollups.EvmReader.Form;

/// <summary>The sealed epochs read for a PRT application, sorted and checked.</summary>
/// <param name="Seals">EpochSealed logs by number, without gaps; seals that are already stored may come first.</param>
/// <param name="ReadTo">Every block up to and including this one was searched for seals.</param>
/// <param name="Problem">Why none of the seals may be used, or null.</param>
/// <param name="IsLacking">True if the problem is that logs are missing, which may follow.</param>
internal sealed record FoundSeals(IReadOnlyList<EpochSealed> Seals, ulong ReadTo, string? Problem = null, bool IsLacking = false)
{
    /// <summary>For an application whose epochs are not sealed by a contract.</summary>
    public static FoundSeals None { get; } = new([], 0);

    /// <summary>
    /// Decodes, sorts and checks the logs of an application. The contract's state at the head proves that no seal is missing.
    /// </summary>
    /// <param name="logs">Its EpochSealed logs.</param>
    /// <param name="next">The seal to read next.</param>
    /// <param name="current">getCurrentSealedEpoch at the head.</param>
    /// <param name="head">Number of the head.</param>
    public static FoundSeals Check(IEnumerable<LogEntry> logs, NextSeal next, CurrentSealedEpoch current, ulong head)
    {
        try
        {
            var seals = logs.Where(log => log.BlockNumber >= next.From)
                .Select(DaveConsensusContract.DecodeEpochSealed)
                .OrderBy(seal => seal.Number)
                .ToList();
            return FindProblem(next.Number, seals, current) is { } problem
                ? new([], 0, problem, seals.Count == 0 || seals[^1].Number < current.Number)
                : new(seals, head);
        }
        catch (AbiException exception)
        {
            return new([], 0, exception.Message);
        }
    }

    /// <summary>Why the list of seals must be incomplete, or null.</summary>
    private static string? FindProblem(ulong next, List<EpochSealed> seals, CurrentSealedEpoch current)
    {
        for (var i = 1; i < seals.Count; i++)
        {
            if (seals[i].Number != seals[i - 1].Number + 1 || seals[i].InputIndexLowerBound != seals[i - 1].InputIndexUpperBound)
                return $"the seal of epoch {seals[i].Number}, with inputs from {seals[i].InputIndexLowerBound} on, does not follow that of "
                    + $"epoch {seals[i - 1].Number}, with inputs up to {seals[i - 1].InputIndexUpperBound}";
        }

        if (seals.Count == 0 || seals[0].Number > next)
            return $"the seal of epoch {next} is missing: the first that the L1 node gave is "
                + $"{(seals.Count == 0 ? "none" : seals[0].Number.ToString(CultureInfo.InvariantCulture))}";
        var last = seals[^1];
        return
            (last.Number, last.InputIndexLowerBound, last.InputIndexUpperBound, last.Tournament)
            == (current.Number, current.InputIndexLowerBound, current.InputIndexUpperBound, current.Tournament)
            ? null
            : $"the contract names epoch {current.Number} with the tournament {current.Tournament}, but the newest seal that the L1 node "
                + $"gave is of epoch {last.Number} with {last.Tournament}";
    }
}
