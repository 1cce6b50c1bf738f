using System.Text;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Check;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>
/// A whole node in one process that kills itself where a test says, between real servers, with one application: once for all tests of crash
/// points. The process that goes on after one death is the one that dies in the next test.
/// </summary>
public sealed class CrashTrial : IAsyncLifetime
{
    private const int Sigkill = 128 + 9;
    private static readonly string Program = PublishedProgram.Find("Rollups.MortalNode.dll");

    // Nothing that a lost event left is found by a sync, but at a start.
    private static readonly string[] Synced = ["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle"];

    private readonly RealServers _servers;
    private readonly string _folder = Directory.CreateTempSubdirectory("rollups-crash-").FullName;
    private readonly int _applications;
    private Trial? _trial;
    private bool _isDead;
    private int _inputs;

    /// <summary>With one application, of an Authority.</summary>
    /// <param name="servers">Where it has its database and its virtual host.</param>
    public CrashTrial(RealServers servers)
        : this(servers, applications: 1) { }

    /// <param name="servers">Where it has its database and its virtual host.</param>
    /// <param name="applications">Applications of an Authority.</param>
    internal CrashTrial(RealServers servers, int applications) => (_servers, _applications) = (servers, applications);

    /// <summary>Blocks after which a transaction that is in none is replaced.</summary>
    public const ulong ReplaceAfter = 5;

    private string Order => Path.Combine(_folder, "order");

    private Trial Trial => _trial ?? throw new InvalidOperationException("It has not started.");

    internal NodeCluster Cluster => Trial.Cluster;

    internal DevnetChain Chain => Cluster.Anvil.Chain;

    private ServiceProcess Node => Cluster.Processes.Single();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = Synced.ToDictionary(service => $"Services:{service}:SyncInterval", _ => "1.00:00:00");
        settings["Crash:OrderFile"] = Order;
        settings["Transactions:ReplaceAfterBlocks"] = $"{ReplaceAfter}";
        _trial = await Trial.StartAsync(_servers, replicas: 1, _applications, settings: settings, wholeNode: Program);
    }

    public async ValueTask DisposeAsync()
    {
        if (_trial is not null)
            await _trial.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Tells the node to die at a point, does what takes it there, and waits until it has killed itself.</summary>
    internal async Task DieAsync(string point, Func<Task> act)
    {
        if (_isDead)
            await RecoverAsync();
        await File.WriteAllTextAsync(Order + ".new", point, Cancel);
        File.Move(Order + ".new", Order, overwrite: true);
        try
        {
            await act();
            var code = await Node.EndAsync(Cancel);
            _isDead = true;
            code.ShouldBe(Sigkill, string.Join(Environment.NewLine, Node.Lines.TakeLast(20)));
        }
        finally
        {
            File.Delete(Order);
        }
    }

    /// <summary>Starts the node again, with nothing that tells it to die.</summary>
    internal void GoOn()
    {
        Node.Start();
        _isDead = false;
    }

    /// <summary>Waits until the new process calls itself ready.</summary>
    internal Task ReadyAsync() => Node.ReadyAsync(Cancel);

    /// <summary>Waits until database, events and claims are what the chain asks for, each once.</summary>
    internal Task ShouldSettleAsync() => Trial.ShouldSettleAsync();

    /// <summary>Inputs in one block, the first of an epoch of their own. The epoch.</summary>
    internal async Task<ulong> AddInputsAsync(int count = 2)
    {
        var begin = (await Chain.HeadAsync(Cancel) / NodeCluster.EpochLength + 1) * NodeCluster.EpochLength;
        await Chain.MineToAsync(begin - 1, Cancel);
        await Chain.SetAutomineAsync(false, Cancel);
        for (var i = 0; i < count; i++)
        {
            var call = InputBoxContract.AddInput(Cluster.Applications[0].Application, Encoding.UTF8.GetBytes($"input {_inputs++}"));
            await Chain.SubmitAsync(DevnetAccounts.User, RollupsContracts.InputBox, call, Cancel);
        }

        await Chain.MineAsync(1, Cancel);
        await Chain.SetAutomineAsync(true, Cancel);
        return ChainTruth.EpochOf(begin);
    }

    /// <summary>Mines until the epoch has ended and its claim can be made.</summary>
    internal Task EndAsync(ulong epoch) => Chain.MineToAsync((epoch + 1) * NodeCluster.EpochLength, Cancel);

    /// <summary>An epoch with inputs, from its beginning to its end.</summary>
    internal async Task<ulong> RunEpochAsync(int count = 2)
    {
        var epoch = await AddInputsAsync(count);
        await EndAsync(epoch);
        return epoch;
    }

    /// <summary>The same, from whose end on a block is mined only when it is asked for: its claim stays in the pool.</summary>
    internal async Task<ulong> RunEpochIntoPoolAsync()
    {
        var epoch = await AddInputsAsync();
        await Chain.SetAutomineAsync(false, Cancel);
        await EndAsync(epoch);
        return epoch;
    }

    /// <summary>Mines what is in the pool, and from now on at once.</summary>
    internal async Task MineAgainAsync()
    {
        await Chain.SetAutomineAsync(true, Cancel);
        await Chain.MineAsync(1, Cancel);
    }

    /// <summary>Waits until the database shows something.</summary>
    internal Task UntilAsync(Func<RollupsDbContext, Task<bool>> shown) => UntilAsync(() => Cluster.ReadAsync(shown));

    /// <summary>Waits until something is so.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await reached())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    internal Task<Epoch> EpochAsync(ulong epoch) =>
        Cluster.ReadAsync(db => db.Epochs.AsNoTracking().SingleAsync(row => row.Index == epoch, Cancel));

    internal Task<EpochLifecycleState> StoryAsync(ulong epoch) =>
        Cluster.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleAsync(row => row.EpochIndex == epoch, Cancel));

    internal Task<List<Input>> InputsAsync(ulong epoch) =>
        Cluster.ReadAsync(db =>
            db.Inputs.AsNoTracking().Where(row => row.EpochIndex == epoch).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>Events that wait to be published, by their names.</summary>
    internal async Task<List<string>> WaitingEventsAsync() =>
        [
            .. (await Cluster.ReadAsync(db => db.Outbox.OrderBy(row => row.Id).Select(row => row.MessageType).ToListAsync(Cancel)))
                .Select(types => types.Split(';')[0])
                .Select(type => type[(type.LastIndexOf(':') + 1)..]),
        ];

    /// <summary>A test that failed has left it dead, and the chain as it was.</summary>
    private async Task RecoverAsync()
    {
        GoOn();
        await MineAgainAsync();
        await ShouldSettleAsync();
    }
}
