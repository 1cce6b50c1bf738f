using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>From the closed list of inputs to the answer of L1: the transitions of Advancer, Validator, Claimer and Prt.</summary>
public sealed partial class EpochTransitions
{
    /// <summary>
    /// CLOSED to INPUTS_PROCESSED, and <c>epoch.inputs_processed</c>. Writes the time and the machine's state with its proofs.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="state">The machine's state after the last input, proven.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the epoch was not CLOSED: another unit of work moved it.</returns>
    public Task<bool> CompleteInputsAsync(
        Application application,
        Epoch epoch,
        ProvenState state,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        MoveAsync(
            StillIn(EpochStatus.Closed, epoch),
            Step.Of(application, epoch, EpochStatus.InputsProcessed),
            new EpochInputsProcessed
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                MachineHash = state.MachineHash.ToString(),
                InputIndexUpperBound = epoch.InputIndexUpperBound,
                OccurredAt = at,
            },
            (set, time) =>
                set.SetProperty(row => row.InputsProcessedAt, time)
                    .SetProperty(row => row.MachineHash, state.MachineHash)
                    .SetProperty(row => row.OutputsMerkleRoot, state.OutputsMerkleRoot)
                    .SetProperty(row => row.OutputsMerkleProof, state.OutputsMerkleProof)
                    .SetProperty(row => row.IflagsYBlock, state.IflagsYBlock)
                    .SetProperty(row => row.IflagsYProof, state.IflagsYProof)
                    .SetProperty(row => row.TohostBlock, state.TohostBlock)
                    .SetProperty(row => row.TohostProof, state.TohostProof),
            cancellationToken
        );

    /// <summary>
    /// INPUTS_PROCESSED to CLAIM_CALCULATED, and <c>epoch.claim_calculated</c>. Writes the time and, under PRT, the commitment. The caller
    /// stores what proves the outputs in the same unit.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="outputsMerkleRoot">The claim.</param>
    /// <param name="commitment">
    /// Root of the machine's states, and its 48 siblings of 32 bytes, bottom-up (PRT); null for Authority and Quorum.
    /// </param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the epoch was not INPUTS_PROCESSED: another unit of work moved it.</returns>
    public Task<bool> CalculateClaimAsync(
        Application application,
        Epoch epoch,
        Hash32 outputsMerkleRoot,
        (Hash32 Root, byte[] Proof)? commitment,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        MoveAsync(
            StillIn(EpochStatus.InputsProcessed, epoch),
            Step.Of(application, epoch, EpochStatus.ClaimCalculated),
            new EpochClaimCalculated
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = outputsMerkleRoot.ToString(),
                LastBlock = epoch.LastBlock,
                OccurredAt = at,
            },
            (set, time) =>
            {
                set.SetProperty(row => row.ClaimCalculatedAt, time);
                if (commitment is (var root, var proof))
                    set.SetProperty(row => row.Commitment, root).SetProperty(row => row.CommitmentProof, proof);
            },
            cancellationToken
        );

    /// <summary>
    /// CLAIM_CALCULATED to CLAIM_SUBMITTED, and <c>epoch.claim_submitted</c>. Writes the time, and the transaction with its block.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="fact">L1 transaction that submitted the claim, and its block.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the epoch was not CLAIM_CALCULATED, or its claim is in another round than when it was loaded.</returns>
    public Task<bool> SubmitClaimAsync(
        Application application,
        Epoch epoch,
        L1Fact fact,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        MoveAsync(
            StillIn(EpochStatus.ClaimCalculated, epoch),
            Step.Of(application, epoch, EpochStatus.ClaimSubmitted),
            new EpochClaimSubmitted
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                TransactionHash = fact.Transaction.ToString(),
                Round = epoch.ClaimRound,
                OccurredAt = at,
            },
            (set, time) =>
                set.SetProperty(row => row.ClaimSubmittedAt, time)
                    .SetProperty(row => row.ClaimTransactionHash, fact.Transaction)
                    .SetProperty(row => row.ClaimBlockNumber, fact.BlockNumber)
                    .SetProperty(row => row.ClaimBlockHash, fact.BlockHash)
                    .SetProperty(row => row.IsProvisional, row => row.IsProvisional || fact.IsProvisional),
            cancellationToken
        );

    /// <summary>
    /// CLAIM_CALCULATED or CLAIM_SUBMITTED to CLAIM_ACCEPTED, and <c>epoch.claim_accepted</c>. Writes the time, and the transaction with
    /// its block.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="from">The expected current status: a unit may have submitted the claim since the epoch was loaded.</param>
    /// <param name="fact">L1 transaction that accepted the claim, and its block.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>
    /// False when the epoch was not in <paramref name="from"/>, or its claim is in another round than when it was loaded.
    /// </returns>
    public Task<bool> AcceptClaimAsync(
        Application application,
        Epoch epoch,
        EpochStatus from,
        L1Fact fact,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        MoveAsync(
            StillIn(from, epoch),
            Step.Of(application, epoch, EpochStatus.ClaimAccepted),
            new EpochClaimAccepted
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                TransactionHash = fact.Transaction.ToString(),
                Round = epoch.ClaimRound,
                OccurredAt = at,
            },
            (set, time) =>
                set.SetProperty(row => row.ClaimSettledAt, time)
                    .SetProperty(row => row.AcceptanceTransactionHash, fact.Transaction)
                    .SetProperty(row => row.AcceptanceBlockNumber, fact.BlockNumber)
                    .SetProperty(row => row.AcceptanceBlockHash, fact.BlockHash)
                    .SetProperty(row => row.IsProvisional, row => row.IsProvisional || fact.IsProvisional),
            cancellationToken
        );
}
