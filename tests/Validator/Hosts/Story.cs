using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Validator.Tests.Hosts;

/// <summary>An application with epochs as the Advancer leaves them.</summary>
internal sealed class Story(ServiceHost host)
{
    private static int _count;
    private readonly OutputsFrontier _frontier = new();
    private ulong _epochs;
    private ulong _inputs;
    private ulong _outputs;

    public required Application App { get; init; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Story> BeginAsync(ServiceHost host, ConsensusType consensus = ConsensusType.Authority)
    {
        var number = Interlocked.Increment(ref _count);
        var app = await host.AddApplicationAsync(
            $"app-{number}",
            new Address(Number(number).ToByteArray().AsSpan(12)),
            default,
            consensus,
            with: row => row.TemplateHash = Keccak256.Hash("template"u8)
        );
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
        var (machine, root) = (Number((int)index), declared ?? _frontier.Root());
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
            await db.FinishInputsAsync(App.Id, index, machine, root, Cancel);
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
            var root = _frontier.Root();
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
            await db.FinishInputsAsync(App.Id, index, last, root, Cancel);
        });

    public Task<List<Epoch>> EpochsAsync() => host.EpochsAsync(App);

    public Task<Application> ApplicationAsync() => host.ApplicationAsync(App);

    public Task<List<EpochStatus>> StatusesAsync() =>
        host.ReadAsync(db =>
            db.Epochs.Where(row => row.ApplicationId == App.Id).OrderBy(row => row.Index).Select(row => row.Status).ToListAsync(Cancel)
        );

    public Task<List<Output>> OutputsAsync() => host.OutputsAsync(App);

    /// <summary>Each output of the epoch has the leaf of its bytes, and siblings that lead from there to the root.</summary>
    public async Task ShouldBeProvenAsync(ulong epoch, int outputs, Hash32 root)
    {
        var rows = (await OutputsAsync()).Where(row => row.EpochIndex == epoch).ToList();
        rows.Count.ShouldBe(outputs);
        var proofs = await ProofsAsync(rows);
        foreach (var row in rows)
        {
            proofs.StoredAt(row).ShouldNotBeNull();
            OutputsMerkleTree.Fold(row.Index, Keccak256.Hash(row.RawData), proofs.Of(row)!).ShouldBe(root);
        }
    }

    public Task<OutputProofs> ProofsAsync(List<Output> outputs) => host.ReadAsync(db => OutputProofs.ReadAsync(db, outputs, Cancel));

    /// <summary>Nothing is stored that proves an output.</summary>
    public async Task ShouldHaveNoProofsAsync()
    {
        var proofs = await ProofsAsync(await OutputsAsync());
        (await OutputsAsync()).ShouldAllBe(output => proofs.StoredAt(output) == null && proofs.Of(output) == null);
        (await host.ReadAsync(db => db.OutputsTrees.CountAsync(row => row.ApplicationId == App.Id, Cancel))).ShouldBe(0);
        (await host.ReadAsync(db => db.OutputsTreeChunks.CountAsync(row => row.ApplicationId == App.Id, Cancel))).ShouldBe(0);
    }

    private static Hash32 Number(int number) => Keccak256.Hash(BitConverter.GetBytes(number));
}
