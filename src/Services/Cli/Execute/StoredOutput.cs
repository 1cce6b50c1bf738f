using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Cli.L1;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Cli.Execute;

/// <summary>An output in the node's database, with the state of its epoch and, once the node has it, the proof, bottom-up.</summary>
internal sealed record StoredOutput(Application Application, Domain.Output Output, EpochStatus EpochStatus, Hash32[]? Siblings)
{
    private static readonly uint InvalidRoot = new AbiFunction("InvalidOutputsMerkleRoot(bytes32)").Selector;

    /// <summary>The output for the beginning of a sentence.</summary>
    public string Name => $"Output {Output.Index} of {Application.Name}";

    /// <summary>Its proof, bottom-up.</summary>
    public Hash32[] Proof => Siblings ?? throw new InvalidOperationException($"{Name} has no proof yet.");

    /// <summary>Reads it.</summary>
    /// <exception cref="OperatorException">The node has no such application or output.</exception>
    /// <exception cref="UnreachableException">The database does not answer.</exception>
    public static Task<StoredOutput> ReadAsync(ApplicationKey key, ulong index, CancellationToken cancellationToken) =>
        NodeDatabase.ReadAsync(
            async database =>
            {
                var application = await key.FindAsync(database, cancellationToken);
                var output =
                    await database
                        .Db.Outputs.AsNoTracking()
                        .SingleOrDefaultAsync(row => row.ApplicationId == application.Id && row.Index == index, cancellationToken)
                    ?? throw new OperatorException(
                        $"The application {application.Name} has no output {index}: 'rollups read outputs {application.Name}' lists its "
                            + "outputs."
                    );
                var status = await database
                    .Db.Epochs.Where(row => row.ApplicationId == application.Id && row.Index == output.EpochIndex)
                    .Select(row => row.Status)
                    .SingleAsync(cancellationToken);
                var proofs = await OutputProofs.ReadAsync(database.Db, [output], cancellationToken);
                return new StoredOutput(application, output, status, proofs.Of(output));
            },
            cancellationToken
        );

    /// <summary>Makes sure that the node has the proof.</summary>
    /// <exception cref="OperatorException">It has none yet.</exception>
    public void EnsureProof()
    {
        if (Siblings is null)
            throw new OperatorException(
                $"{Name} has no proof yet: its epoch {Output.EpochIndex} is {EnumNames.Of(EpochStatus)}, and the node makes the proofs "
                    + $"once the epoch is CLAIM_CALCULATED. 'rollups read epoch {Application.Name} {Output.EpochIndex}' shows it."
            );
    }

    /// <summary>Makes the application on L1 validate the proof.</summary>
    /// <exception cref="OperatorException">It does not.</exception>
    public async Task ValidateAsync(L1Connection l1, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(l1);
        if (!await l1.HasCodeAsync(Application.Address, cancellationToken))
            throw new OperatorException(
                $"Chain {l1.ChainId} has no contract at {Application.Address}, the address of {Application.Name}: check "
                    + "Ethereum:HttpEndpoint."
            );
        try
        {
            await l1.CallAsync(
                ApplicationContract.ValidateOutput(Application.Address, Output.RawData, Output.Index, Proof),
                cancellationToken
            );
        }
        catch (ContractRevertedException revert) when (revert.Selector == InvalidRoot)
        {
            throw new OperatorException(NotAccepted, revert);
        }
        catch (ContractRevertedException revert)
        {
            throw new OperatorException($"L1 does not validate {Name}: {revert.Reason.TrimEnd('.')}.", revert);
        }
    }

    private string NotAccepted
    {
        get
        {
            var begin = $"{Name} is not valid on L1 {(EpochStatus == EpochStatus.ClaimRejected ? "and will not be" : "yet")}: its epoch ";
            return begin
                + EpochStatus switch
                {
                    EpochStatus.ClaimAccepted => $"{Output.EpochIndex} is CLAIM_ACCEPTED for the node, but not for the application's "
                        + "consensus contract at the endpoint's newest block. The application may have another one since, or the "
                        + "endpoint lags.",
                    EpochStatus.ClaimRejected => $"{Output.EpochIndex} is CLAIM_REJECTED, because L1 accepted another claim or none.",
                    var status => $"{Output.EpochIndex} is {EnumNames.Of(status)}, and L1 has to accept its claim first. 'rollups read "
                        + $"epoch {Application.Name} {Output.EpochIndex}' shows how far it is.",
                };
        }
    }
}
