using System.Globalization;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>The deployable form: what compose.yaml says, as processes, with nothing but the servers' addresses replaced.</summary>
[NeedsServers]
public sealed class ComposeTests(PostgresServer postgres, RabbitMqServer rabbitMq)
{
    private const ulong EpochLength = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_compose_starts_brings_an_epoch_to_acceptance_and_stops_in_order()
    {
        var compose = ComposeFile.Read();
        await using var anvil = await AnvilProcess.StartAsync(0, Token);
        var addresses = await AddressesAsync(anvil);
        await using var deploy = Start(compose, compose.Services["deploy"], addresses);
        var workers = compose.Workers.Values.Select(worker => Start(compose, worker, addresses)).ToList();
        try
        {
            (await deploy.WaitForExitAsync(Token)).ShouldBe(0, Said([deploy, .. workers]));
            await using var chain = new DevnetChain(anvil.HttpEndpoint);
            var contracts = await RollupsContracts.DeployAsync(chain, Token);
            // The first line is "application 0x... on authority 0x..., 10 blocks per epoch".
            var words = deploy.Lines.First(line => line.StartsWith("application ", StringComparison.Ordinal)).Split(' ', ',');
            var (application, authority) = (Address.Parse(words[1]), Address.Parse(words[4]));

            var input = await contracts.AddInputAsync(application, "hello"u8.ToArray(), Token);
            await chain.MineToAsync((((input.BlockNumber / EpochLength) + 1) * EpochLength) + 1, Token);

            var claim = await AcceptedClaimAsync(chain, application, authority, workers);
            claim.LastBlock.ShouldBe((((input.BlockNumber / EpochLength) + 1) * EpochLength) - 1);
            // Some have had nothing to do so far: a signal before its start has ended would kill a process.
            await UntilAsync(() => workers.TrueForAll(IsUp), workers);
            foreach (var worker in workers)
                (await worker.TerminateAsync(Token)).ShouldBe(0, Said([worker]));
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    private static ProgramProcess Start(ComposeFile compose, ComposeService service, Dictionary<string, string> addresses)
    {
        var environment = ComposeFile.EnvironmentOf(service);
        foreach (var (name, value) in addresses.Where(address => environment.ContainsKey(address.Key)))
            environment[name] = value;
        return ProgramProcess.Start("dotnet", [PublishedProgram.Find(compose.ProgramOf(service)), .. service.Command], environment);
    }

    /// <summary>The test's own servers, for the host names of the containers' network.</summary>
    private async Task<Dictionary<string, string>> AddressesAsync(AnvilProcess anvil)
    {
        var host = await rabbitMq.CreateVirtualHostAsync(Token);
        return new Dictionary<string, string>
        {
            ["ROLLUPS_Database__ConnectionString"] = await postgres.CreateDatabaseAsync(Token),
            ["ROLLUPS_Messaging__RabbitMq__Host"] = host.Host,
            ["ROLLUPS_Messaging__RabbitMq__Port"] = host.Port.ToString(CultureInfo.InvariantCulture),
            ["ROLLUPS_Messaging__RabbitMq__VirtualHost"] = host.Name,
            ["ROLLUPS_Messaging__RabbitMq__Username"] = host.Username,
            ["ROLLUPS_Messaging__RabbitMq__Password"] = host.Password,
            ["ROLLUPS_Messaging__RabbitMq__ManagementAddress"] = host.Management.BaseAddress!.ToString(),
            ["ROLLUPS_Ethereum__HttpEndpoint"] = anvil.HttpEndpoint.ToString(),
            ["ROLLUPS_Ethereum__WebSocketEndpoint"] = anvil.WebSocketEndpoint.ToString(),
            ["ROLLUPS_Health__Address"] = "127.0.0.1:0",
            ["ROLLUPS_Inspect__Address"] = "127.0.0.1:0",
            ["ROLLUPS_Api__Address"] = "127.0.0.1:0",
            ["ROLLUPS_Api__WebAddress"] = "127.0.0.1:0",
        };
    }

    private static async Task<Claim> AcceptedClaimAsync(
        DevnetChain chain,
        Address application,
        Address authority,
        IReadOnlyList<ProgramProcess> workers
    )
    {
        Claim? claim = null;
        await UntilAsync(
            async () =>
            {
                var filter = new LogFilter(
                    [authority],
                    [
                        [ConsensusContract.ClaimAcceptedTopic],
                        [ConsensusContract.ApplicationTopic(application)],
                    ],
                    0,
                    await chain.HeadAsync(Token)
                );
                var logs = await chain.Client.GetLogsAsync(filter, Token);
                claim = logs.Count > 0 ? ConsensusContract.DecodeClaimAccepted(logs[0]) : null;
                return claim is not null;
            },
            workers
        );
        return claim!;
    }

    private static bool IsUp(ProgramProcess worker) =>
        worker.Lines.Any(line => line.Contains("Health and metrics on", StringComparison.Ordinal));

    private static Task UntilAsync(Func<bool> holds, IReadOnlyList<ProgramProcess> workers) =>
        UntilAsync(() => Task.FromResult(holds()), workers);

    private static async Task UntilAsync(Func<Task<bool>> holdsAsync, IReadOnlyList<ProgramProcess> workers)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Hang.Limit);
        while (!await holdsAsync())
        {
            if (limit.IsCancellationRequested || workers.Any(worker => worker.HasExited))
                throw new InvalidOperationException($"It has not come. {Said(workers)}");
            await Task.Delay(100, Token);
        }
    }

    private static string Said(IEnumerable<ProgramProcess> programs) =>
        string.Join('\n', programs.SelectMany(program => program.Lines.TakeLast(15)));
}
