using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Cli.Devnet;

/// <summary>Checks on the chain itself whether the claim is accepted and the node's proofs are valid.</summary>
internal sealed class OnChainProof(IHost host, DevnetChain chain, EpochBoard board)
{
    public async Task RunAsync(DevnetConsensus kind, DevnetDeployment deployment, ulong epochIndex, CancellationToken cancellationToken)
    {
        var application = deployment.Application;
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var epoch = await db.Epochs.AsNoTracking().SingleAsync(row => row.Index == epochIndex, cancellationToken);
        if (kind == DevnetConsensus.Prt)
            await SettledAsync(deployment, epoch, cancellationToken);
        else
            await ClaimedAsync(deployment, epoch, cancellationToken);
        var outputs = await db
            .Outputs.AsNoTracking()
            .Where(output => output.EpochIndex == epochIndex)
            .OrderBy(output => output.Index)
            .ToListAsync(cancellationToken);
        var proofs = await OutputProofs.ReadAsync(db, outputs, cancellationToken);
        if (outputs.Find(output => Outputs.IsNotice(output.RawData)) is { } notice)
            await ValidateAsync(application, notice, proofs.Of(notice)!, cancellationToken);
        if (outputs.Find(output => Outputs.IsExecutable(output.RawData)) is { } voucher)
            await ExecuteAsync(application, voucher, proofs.Of(voucher)!, cancellationToken);
        if (outputs.Count == 0)
            board.Print("The epoch has no outputs to prove.");
    }

    private async Task ValidateAsync(Address application, Domain.Output notice, Hash32[] proof, CancellationToken cancellationToken)
    {
        await chain.Client.CallAsync(
            ApplicationContract.ValidateOutput(application, notice.RawData, notice.Index, proof),
            BlockTag.Latest,
            cancellationToken
        );
        board.Print($"The contract validated the notice (output {notice.Index}) with the node's proof.");
    }

    private async Task ExecuteAsync(Address application, Domain.Output voucher, Hash32[] proof, CancellationToken cancellationToken)
    {
        var receipt = await chain.SendAsync(
            DevnetAccounts.User,
            application,
            ApplicationContract.ExecuteOutput(voucher.RawData, voucher.Index, proof),
            cancellationToken
        );
        board.Print(
            $"The contract executed the voucher (output {voucher.Index}) with the node's proof, in transaction {receipt.TransactionHash}."
        );
    }

    private async Task ClaimedAsync(DevnetDeployment deployment, Epoch epoch, CancellationToken cancellationToken)
    {
        var (application, consensus) = deployment;
        var root = epoch.OutputsMerkleRoot!.Value;
        var head = await chain.HeadAsync(cancellationToken);
        var topic = ConsensusContract.ApplicationTopic(application);
        var accepted = await chain.Client.GetLogsAsync(
            new LogFilter(
                [consensus],
                [
                    [ConsensusContract.ClaimAcceptedTopic],
                    [topic],
                ],
                0,
                head
            ),
            cancellationToken
        );
        if (
            !accepted
                .Select(ConsensusContract.DecodeClaimAccepted)
                .Any(claim => claim.LastBlock == epoch.LastBlock && claim.OutputsMerkleRoot == root)
        )
            throw new OperatorException(
                $"The node reports epoch {epoch.Index} as accepted, but the consensus contract {consensus} has no such ClaimAccepted."
            );
        board.Print($"Read back from the chain: ClaimAccepted for last block {epoch.LastBlock} with root {root}.");
        var submitted = await chain.Client.GetLogsAsync(
            new LogFilter(
                [consensus],
                [
                    [ConsensusContract.ClaimSubmittedTopic],
                    null,
                    [topic],
                ],
                0,
                head
            ),
            cancellationToken
        );
        var claimants = submitted
            .Select(ConsensusContract.DecodeClaimSubmitted)
            .Where(claim => claim.LastBlock == epoch.LastBlock && claim.OutputsMerkleRoot == root)
            .Select(claim => claim.Submitter)
            .OrderBy(claimant => claimant != DevnetAccounts.ClaimOwner);
        board.Print($"It was submitted by {string.Join(" and by ", claimants.Select(Named))}.");
    }

    private static string Named(Address? claimant) => claimant == DevnetAccounts.ClaimOwner ? $"this node ({claimant})" : $"{claimant}";

    private async Task SettledAsync(DevnetDeployment deployment, Epoch epoch, CancellationToken cancellationToken)
    {
        var filter = new LogFilter(
            [deployment.Consensus],
            [
                [DaveConsensusContract.EpochSealedTopic],
            ],
            0,
            await chain.HeadAsync(cancellationToken)
        );
        var seals = (await chain.Client.GetLogsAsync(filter, cancellationToken)).Select(DaveConsensusContract.DecodeEpochSealed);
        if (
            seals.FirstOrDefault(seal => seal.Number == epoch.Index + 1) is not { } next
            || next.InitialMachineStateHash != epoch.MachineHash
            || next.OutputsMerkleRoot != epoch.OutputsMerkleRoot
        )
            throw new OperatorException(
                $"The node reports epoch {epoch.Index} as accepted, but the consensus contract {deployment.Consensus} has not "
                    + $"settled it with the node's result."
            );
        board.Print(
            $"Read back from the chain: EpochSealed({next.Number}) settles epoch {epoch.Index} with the machine state "
                + $"{next.InitialMachineStateHash} and the outputs root {next.OutputsMerkleRoot}."
        );
        var tournament = epoch.TournamentAddress!.Value;
        var joins = await chain.Client.GetLogsAsync(
            filter with
            {
                Addresses = [tournament],
                Topics =
                [
                    [TournamentEvents.CommitmentJoinedTopic],
                ],
            },
            cancellationToken
        );
        var ours = joins.Select(TournamentEvents.DecodeCommitmentJoined).Single(join => join.Commitment == epoch.Commitment);
        var kept = await chain.Client.GetBalanceAsync(tournament, BlockTag.Latest, cancellationToken);
        board.Print(
            $"This node ({ours.Submitter}) joined with its commitment {ours.Commitment}; the bond is "
                + $"{(kept.IsZero ? "returned" : "still in the tournament")}."
        );
    }
}
