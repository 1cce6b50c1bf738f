using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Validator.Tests.Hosts;

/// <summary>An application with epochs as the Advancer leaves them.</summary>
internal sealed class Story(ValidatorHost host)
{
    private static int _count;
    private readonly OutputsFrontier _frontier = new();
    private ulong _epochs;
    private ulong _inputs;
    private ulong _outputs;

    public required Application App { get; init; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Story> BeginAsync(ValidatorHost host, ConsensusType consensus = ConsensusType.Authority)
    {
        var number = Interlocked.Increment(ref _count);
        var app = new Application
        {
            Name = $"app-{number}",
            Address = new Address(Number(number).ToByteArray().AsSpan(12)),
            ConsensusAddress = default,
            InputBoxAddress = default,
            InputBoxBlock = 1,
            DeploymentBlock = 1,
            TemplateHash = Keccak256.Hash("template"u8),
            TemplateUri = "echo:",
            EpochLength = 10,
            ConsensusType = consensus,
        };
        await host.ChangeAsync(db => db.AddAsync(app, Cancel).AsTask());
        return new Story(host) { App = app };
    }

    /// <summary>
    /// The next epoch, INPUTS_PROCESSED, with one input that made the outputs; the machine declares their root, or the given one.
    /// </summary>
    public async Task<Hash32> AddEpochAsync(int outputs, Hash32? declared = null)
    {
        var (index, first) = (_epochs++, _outputs);
        _outputs += (ulong)outputs;
        var rows = Enumerable
            .Range(0, outputs)
            .Select(i => new Output
            {
                ApplicationId = App.Id,
                Index = first + (ulong)i,
                InputIndex = index,
                EpochIndex = index,
                RawData = Outputs.Notice([(byte)(first + (ulong)i)]),
            })
            .ToList();
        foreach (var row in rows)
            _frontier.Push(Keccak256.Hash(row.RawData));
        var (machine, root, proof) = (Number((int)index), declared ?? _frontier.Root(), new byte[59 * 32]);
        await host.ChangeAsync(async db =>
        {
            db.Add(
                new Epoch
                {
                    ApplicationId = App.Id,
                    Index = index,
                    VirtualIndex = index,
                    FirstBlock = index * 10,
                    LastBlock = (index * 10) + 9,
                    Status = EpochStatus.Closed,
                    InputIndexLowerBound = index,
                    InputIndexUpperBound = index + 1,
                }
            );
            db.Add(
                new Input
                {
                    ApplicationId = App.Id,
                    Index = index,
                    EpochIndex = index,
                    BlockNumber = index * 10,
                    RawData = [1],
                    TransactionHash = Number(1000 + (App.Id * 100) + (int)index),
                    Status = InputStatus.Accepted,
                    MachineHash = machine,
                    OutputsMerkleRoot = root,
                }
            );
            db.AddRange(rows);
            await db.SaveChangesAsync(Cancel);
            await db.MoveEpochAsync(
                App.Id,
                index,
                EpochStatus.Closed,
                EpochStatus.InputsProcessed,
                default,
                set =>
                    set.SetProperty(row => row.MachineHash, machine)
                        .SetProperty(row => row.OutputsMerkleRoot, root)
                        .SetProperty(row => row.OutputsMerkleProof, proof)
                        .SetProperty(row => row.IflagsYBlock, machine)
                        .SetProperty(row => row.IflagsYProof, proof)
                        .SetProperty(row => row.TohostBlock, machine)
                        .SetProperty(row => row.TohostProof, proof),
                Cancel
            );
        });
        return root;
    }

    /// <summary>
    /// The next epoch of a PRT application, sealed and INPUTS_PROCESSED, with an input for each list of states; without any it ends as it
    /// began.
    /// </summary>
    public Task AddSealedEpochAsync(Hash32 last, params IReadOnlyList<(Hash32 State, ulong Repetitions)>[] inputs) =>
        host.ChangeAsync(async db =>
        {
            var (index, first) = (_epochs++, _inputs);
            _inputs += (ulong)inputs.Length;
            var (root, proof) = (_frontier.Root(), new byte[59 * 32]);
            db.Add(
                new Epoch
                {
                    ApplicationId = App.Id,
                    Index = index,
                    VirtualIndex = index,
                    FirstBlock = index * 10,
                    LastBlock = (index * 10) + 10,
                    Status = EpochStatus.Closed,
                    InputIndexLowerBound = first,
                    InputIndexUpperBound = _inputs,
                    TournamentAddress = App.Address,
                }
            );
            for (var i = 0; i < inputs.Length; i++)
            {
                var number = first + (ulong)i;
                db.Add(
                    new Input
                    {
                        ApplicationId = App.Id,
                        Index = number,
                        EpochIndex = index,
                        BlockNumber = index * 10,
                        RawData = [1],
                        TransactionHash = Number(1000 + (App.Id * 100) + (int)number),
                        Status = InputStatus.Accepted,
                        MachineHash = inputs[i][^1].State,
                        OutputsMerkleRoot = root,
                    }
                );
                db.AddRange(
                    inputs[i]
                        .Select(
                            (run, position) =>
                                new StateHash
                                {
                                    ApplicationId = App.Id,
                                    EpochIndex = index,
                                    InputIndex = number,
                                    Position = (ulong)position,
                                    MachineHash = run.State,
                                    Repetitions = run.Repetitions,
                                }
                        )
                );
            }

            await db.SaveChangesAsync(Cancel);
            await db.MoveEpochAsync(
                App.Id,
                index,
                EpochStatus.Closed,
                EpochStatus.InputsProcessed,
                default,
                set =>
                    set.SetProperty(row => row.MachineHash, last)
                        .SetProperty(row => row.OutputsMerkleRoot, root)
                        .SetProperty(row => row.OutputsMerkleProof, proof)
                        .SetProperty(row => row.IflagsYBlock, last)
                        .SetProperty(row => row.IflagsYProof, proof)
                        .SetProperty(row => row.TohostBlock, last)
                        .SetProperty(row => row.TohostProof, proof),
                Cancel
            );
        });

    public Task<List<Epoch>> EpochsAsync() =>
        host.ReadAsync(db =>
            db.Epochs.AsNoTracking().Where(row => row.ApplicationId == App.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    public Task<Application> ApplicationAsync() =>
        host.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(row => row.Id == App.Id, Cancel));

    public Task<List<EpochStatus>> StatusesAsync() =>
        host.ReadAsync(db =>
            db.Epochs.Where(row => row.ApplicationId == App.Id).OrderBy(row => row.Index).Select(row => row.Status).ToListAsync(Cancel)
        );

    public Task<List<Output>> OutputsAsync() =>
        host.ReadAsync(db =>
            db.Outputs.AsNoTracking().Where(row => row.ApplicationId == App.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>Each output of the epoch has the leaf of its bytes, and siblings that lead from there to the root.</summary>
    public async Task ShouldBeProvenAsync(ulong epoch, int outputs, Hash32 root)
    {
        var rows = (await OutputsAsync()).Where(row => row.EpochIndex == epoch).ToList();
        rows.Count.ShouldBe(outputs);
        foreach (var row in rows)
        {
            row.Hash.ShouldBe(Keccak256.Hash(row.RawData));
            OutputsMerkleTree.Fold(row.Index, row.Hash!.Value, Siblings.FromBytes(row.Siblings!)).ShouldBe(root);
        }
    }

    private static Hash32 Number(int number) => Keccak256.Hash(BitConverter.GetBytes(number));
}
