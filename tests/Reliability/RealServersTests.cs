using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;
using RabbitMQ.Client;
using Rollups.Testing;

namespace Rollups.Reliability.Tests;

/// <summary>What the fixture does to the real servers is really done to them.</summary>
[NeedsServers]
public sealed class RealServersTests(RealServers servers)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSQL_is_cut_paused_and_restarted_with_what_was_committed()
    {
        var server = await servers.PostgresAsync();
        var database = await PostgresServer.CreateDatabaseAsync(server, Cancel);
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await RunAsync(connection, "CREATE TABLE kept (id int)");

        await server.CutAsync(Cancel);
        await Should.ThrowAsync<NpgsqlException>(() => RunAsync(connection, "SELECT 1"));

        await ReopenAsync(connection);
        await server.PauseAsync(Cancel);
        var waiting = RunAsync(connection, "INSERT INTO kept VALUES (1)");
        await Should.ThrowAsync<TimeoutException>(() => waiting.WaitAsync(Moment, Cancel));
        await server.ContinueAsync(Cancel);
        await waiting;

        await server.HaltAsync(Cancel);
        await Should.ThrowAsync<NpgsqlException>(() => RunAsync(connection, "SELECT 1"));
        await server.ResumeAsync(Cancel);
        await ReopenAsync(connection);
        (await RunAsync(connection, "SELECT count(*)::int FROM kept")).ShouldBe(1);
    }

    [Fact]
    public async Task RabbitMQ_is_cut_paused_and_restarted_with_its_durable_messages()
    {
        var server = await servers.RabbitMqAsync();
        var host = await RabbitMqServer.CreateVirtualHostAsync(server, Cancel);
        var factory = new ConnectionFactory
        {
            HostName = host.Host,
            Port = host.Port,
            VirtualHost = host.Name,
            UserName = host.Username,
            Password = host.Password,
            AutomaticRecoveryEnabled = false,
        };
        await using var connection = await factory.CreateConnectionAsync(Cancel);
        var cut = new TaskCompletionSource();
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            cut.TrySetResult();
            return Task.CompletedTask;
        };
        await using (
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                Cancel
            )
        )
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel);
            await channel.BasicPublishAsync(
                "",
                "kept",
                mandatory: true,
                new BasicProperties { Persistent = true },
                new byte[] { 1 },
                Cancel
            );
        }

        await server.PauseAsync(Cancel);
        var asking = host.PeekCountAsync("kept", Cancel);
        await Should.ThrowAsync<TimeoutException>(() => asking.WaitAsync(Moment, Cancel));
        await server.ContinueAsync(Cancel);
        (await asking).ShouldBe(1);

        // The list of connections is a statistic: a young one is not in it yet.
        while (!cut.Task.IsCompleted)
        {
            await server.CutAsync(Cancel);
            await Task.WhenAny(cut.Task, Task.Delay(100, Cancel));
        }

        await server.HaltAsync(Cancel);
        await Should.ThrowAsync<HttpRequestException>(() => host.QueuesAsync(Cancel));
        await server.ResumeAsync(Cancel);
        await host.UntilQueuedAsync("kept", cancellationToken: Cancel);
    }

    [Fact]
    public async Task Anvil_is_cut_paused_and_restarted_with_its_blocks_and_logs()
    {
        var anvil = await servers.NewChainAsync();
        await anvil.Chain.MineAsync(7, Cancel);
        var head = await anvil.Chain.HeadAsync(Cancel);
        var code = await anvil.Chain.RpcAsync("eth_getCode", [Devnet.RollupsContracts.InputBox.ToString(), "latest"], Cancel);
        var application = Domain.Address.Parse("0x00000000000000000000000000000000000000aa");
        await anvil.Contracts.AddInputAsync(application, new byte[] { 1, 2, 3 }, Cancel);
        using var http = new HttpClient { BaseAddress = anvil.HttpEndpoint };

        await anvil.PauseAsync(Cancel);
        var asking = http.GetAsync((Uri?)null, Cancel);
        await Should.ThrowAsync<TimeoutException>(() => asking.WaitAsync(Moment, Cancel));
        await anvil.ContinueAsync(Cancel);
        (await asking).Dispose();

        using var line = new TcpClient();
        await line.ConnectAsync("127.0.0.1", anvil.HttpEndpoint.Port, Cancel);
        var reading = line.GetStream().ReadAsync(new byte[1], Cancel).AsTask();
        await Should.ThrowAsync<TimeoutException>(() => reading.WaitAsync(Moment, Cancel));
        await anvil.CutAsync(Cancel);
        await Should.ThrowAsync<IOException>(() => reading);

        await anvil.HaltAsync(Cancel);
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync((Uri?)null, Cancel));
        await anvil.ResumeAsync(Cancel);
        (await anvil.Chain.HeadAsync(Cancel)).ShouldBe(head + 1);
        (await anvil.Chain.RpcAsync("eth_getCode", [Devnet.RollupsContracts.InputBox.ToString(), "latest"], Cancel))!
            .ToJsonString()
            .ShouldBe(code!.ToJsonString());
        var logs = await anvil.Chain.Client.GetLogsAsync(
            new Ethereum.LogFilter(
                [Devnet.RollupsContracts.InputBox],
                [
                    [Ethereum.InputBoxContract.InputAddedTopic],
                    [Ethereum.InputBoxContract.ApplicationTopic(application)],
                ],
                0,
                head + 1
            ),
            Cancel
        );
        logs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_paused_server_ends_with_its_fixture()
    {
        var own = new RealServers();
        var anvil = await own.NewChainAsync();
        var postgres = await own.PostgresAsync();
        await anvil.PauseAsync(Cancel);
        await postgres.PauseAsync(Cancel);

        await own.DisposeAsync();

        Should.Throw<ArgumentException>(() => Process.GetProcessById(anvil.Anvil.Id));
        await Should.ThrowAsync<NpgsqlException>(() => PostgresServer.CreateDatabaseAsync(postgres, Cancel));
    }

    private static async Task ReopenAsync(NpgsqlConnection connection)
    {
        await connection.CloseAsync();
        await connection.OpenAsync(Cancel);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
