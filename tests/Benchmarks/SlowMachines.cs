using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Benchmarks;

/// <summary>Echo machines that take a given time per input, without loading this process.</summary>
internal sealed class SlowMachines(IServiceProvider services) : IMachineFactory
{
    public string Scheme => "slow:";

    private IMachineFactory Echo => services.GetServices<IMachineFactory>().For("echo:");

    /// <summary>Template of machines that take that time, in whole milliseconds.</summary>
    public static string Uri(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"slow:{time.TotalMilliseconds:0}");

    public async Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken) =>
        new Machine(await Echo.CreateAsync("echo:", application, cancellationToken), Time(templateUri));

    public async Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        CancellationToken cancellationToken
    ) => new Machine(await Echo.RestoreAsync("echo:", application, folder, cancellationToken), Time(templateUri));

    public Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken) =>
        Echo.GetTemplateHashAsync("echo:", cancellationToken);

    private static TimeSpan Time(string uri) => TimeSpan.FromMilliseconds(int.Parse(uri["slow:".Length..], CultureInfo.InvariantCulture));

    private sealed class Machine(IRollupsMachine echo, TimeSpan time) : IRollupsMachine
    {
        public ulong ProcessedInputs => echo.ProcessedInputs;

        public Hash32 StateHash => echo.StateHash;

        public bool IsUsable => echo.IsUsable;

        public async Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
        {
            await Task.Delay(time, cancellationToken);
            return await echo.AdvanceAsync(inputIndex, input, cancellationToken);
        }

        public Task AdoptAsync(CancellationToken cancellationToken) => echo.AdoptAsync(cancellationToken);

        public Task DiscardAsync(CancellationToken cancellationToken) => echo.DiscardAsync(cancellationToken);

        public Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken) =>
            echo.InspectAsync(query, cancellationToken);

        public Task<StateProof> ProveStateAsync(CancellationToken cancellationToken) => echo.ProveStateAsync(cancellationToken);

        public Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken) =>
            echo.SnapshotAsync(folder, cancellationToken);

        public ValueTask DisposeAsync() => echo.DisposeAsync();
    }
}
