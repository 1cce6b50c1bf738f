using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>What caused a stage.</summary>
internal sealed record EpochCause
{
    /// <summary>EVENT, SIGNAL (a block of L1, or a machine that is ready again), STARTUP, SYNC or RETRY.</summary>
    public required StepCause Kind { get; init; }

    /// <summary>The message that caused it; null unless an event did.</summary>
    public required Guid? CausedByMessageId { get; init; }

    /// <summary>The message that announced the stage.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>W3C trace context of the transition; null if nothing collected traces.</summary>
    public required string? TraceParent { get; init; }
}

/// <summary>What a mined transaction cost.</summary>
internal sealed record EpochTransactionCost
{
    /// <summary>Hash of the version that was mined.</summary>
    public required Hash32 Hash { get; init; }
    public required ulong BlockNumber { get; init; }

    /// <summary>Gas units.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Wei per gas unit.</summary>
    public required ulong EffectiveGasPrice { get; init; }

    /// <summary>Wei, without the value that was sent along.</summary>
    public required decimal Fee { get; init; }

    public static EpochTransactionCost? Of(MinedTransaction? mined) =>
        mined is null
            ? null
            : new EpochTransactionCost
            {
                Hash = mined.TransactionHash,
                BlockNumber = mined.BlockNumber,
                GasUsed = mined.GasUsed,
                EffectiveGasPrice = mined.EffectiveGasPrice,
                Fee = mined.Fee,
            };
}

/// <summary>Reads the causes of an epoch's stages, by their key.</summary>
internal static class StageCauses
{
    /// <summary>
    /// By stage. The stages before the claim have the cause of the first round, those of the claim the cause of the last one.
    /// </summary>
    public static async Task<IReadOnlyDictionary<EpochStatus, EpochCause>> LoadAsync(
        RollupsDbContext db,
        Epoch epoch,
        CancellationToken cancellationToken
    )
    {
        var steps = await db
            .EpochSteps.AsNoTracking()
            .Where(step =>
                step.ApplicationId == epoch.ApplicationId
                && step.EpochIndex == epoch.Index
                && (step.Round == 0 || step.Round == epoch.ClaimRound)
            )
            .ToListAsync(cancellationToken);
        return steps
            .Where(step => step.Round == (step.Status <= EpochStatus.ClaimCalculated ? 0 : epoch.ClaimRound))
            .ToDictionary(
                step => step.Status,
                step => new EpochCause
                {
                    Kind = step.Cause,
                    CausedByMessageId = step.CauseMessageId,
                    MessageId = step.MessageId,
                    TraceParent = step.TraceParent,
                }
            );
    }

    /// <summary>The trace id of a W3C trace context.</summary>
    public static string? TraceIdOf(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, out var context) ? context.TraceId.ToString() : null;
}
