using Rollups.Domain;

namespace Rollups.EvmReader.Form;

/// <summary>Assigns the inputs of a batch to epochs.</summary>
internal static class FormEpochs
{
    /// <summary>The epochs to write.</summary>
    /// <param name="app">The application.</param>
    /// <param name="newest">Its newest stored epoch, or null.</param>
    /// <param name="batch">The batch.</param>
    public static FormedEpochs Of(Application app, Epoch? newest, InputBatch batch)
    {
        List<InputPosition> positions = [.. batch.New.Select(input => new InputPosition(input.Index, input.Log.BlockNumber))];
        return app.ConsensusType == ConsensusType.Prt
            ? SealedEpochFormation.Form(app.InputBoxBlock, Known(newest), batch.Seals.Seals, positions, batch.Stored)
            : EpochFormation.Form(app.EpochLength, Known(newest), positions, batch.ScanEnd);
    }

    /// <summary>The rows of the new inputs.</summary>
    public static IEnumerable<Input> Rows(int applicationId, InputBatch batch, FormedEpochs formed, DateTimeOffset now) =>
        formed.Epochs.SelectMany(epoch =>
            batch
                .New.Skip(epoch.FirstInput)
                .Take(epoch.InputCount)
                .Select(input => new Input
                {
                    ApplicationId = applicationId,
                    Index = input.Index,
                    EpochIndex = epoch.Index,
                    BlockNumber = input.Log.BlockNumber,
                    BlockHash = input.Log.BlockHash,
                    RawData = input.Data,
                    TransactionHash = input.Log.TransactionHash,
                    LogIndex = input.Log.LogIndex,
                    Status = InputStatus.None,
                    CreatedAt = now,
                    UpdatedAt = now,
                })
        );

    private static KnownEpoch? Known(Epoch? epoch) =>
        epoch is null
            ? null
            : new(epoch.Index, epoch.FirstBlock, epoch.LastBlock, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound, epoch.Status);
}
