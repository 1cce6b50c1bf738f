using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>The broker runs and does not let the node in, at its start or later.</summary>
[NeedsServers]
public sealed class RefusedNodeTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private readonly Received<EpochClosed> _received = new();

    private static CancellationToken Cancel => Patience.Token;

    [Theory]
    [InlineData(Refusal.Password, true)]
    [InlineData(Refusal.Password, false)]
    [InlineData(Refusal.User, true)]
    [InlineData(Refusal.User, false)]
    [InlineData(Refusal.VirtualHost, true)]
    [InlineData(Refusal.VirtualHost, false)]
    [InlineData(Refusal.Permissions, true)]
    [InlineData(Refusal.Permissions, false)]
    public async Task A_node_that_is_refused_says_why_and_works_as_soon_as_it_is_let_in(Refusal refusal, bool atStart)
    {
        var user = await RabbitMqUser.CreateAsync(await rabbit.CreateVirtualHostAsync(Cancel), Cancel);
        using var settings = TestSettings.OnServers(await postgres.CreateDatabaseAsync(Cancel), user.Host);
        if (atStart)
            await RefuseAsync(user, refusal);
        await using var node = await StartAsync(settings);
        if (!atStart)
        {
            await node.HealthAsync(report => report.Entries["bus-started"].Status == HealthStatus.Healthy);
            await node.CommitAsync(Events.Closed(1, 0));
            await _received.UntilAsync(1);
            await RefuseAsync(user, refusal);
            if (refusal is Refusal.Password or Refusal.Permissions)
                await user.Host.CloseConnectionsAsync(Cancel);
        }

        var report = await node.HealthAsync(report => ReasonOf(report) is not null);
        report.Entries["broker"].Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["bus-started"].Status.ShouldBe(atStart ? HealthStatus.Unhealthy : HealthStatus.Healthy);
        report = await node.HealthAsync(report => ReasonOf(report)?.Contains(NameOf(refusal, user), StringComparison.Ordinal) == true);
        var reason = ReasonOf(report)!;
        reason.ShouldNotContain(user.Password);
        // The first of the reasons is the warning: which of the node's queues and exchanges it names depends on who asked first.
        settings.Log.OfEvent(136).ShouldContain(line => line.Contains(NameOf(refusal, user), StringComparison.Ordinal));
        await node.CommitAsync(Events.Closed(1, 1));

        await AdmitAsync(user, refusal);
        await node.HealthAsync(later => later.Status == HealthStatus.Healthy);
        await _received.UntilAsync(atStart ? 1 : 2);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        (await node.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
    }

    [Fact]
    public async Task A_process_that_is_never_let_in_ends_with_the_reason()
    {
        var user = await RabbitMqUser.CreateAsync(await rabbit.CreateVirtualHostAsync(Cancel), Cancel);
        using var settings = TestSettings.OnServers(await postgres.CreateDatabaseAsync(Cancel), user.Host);
        settings.Values["Messaging:RabbitMq:GiveUpAfter"] = "00:00:10";
        await using var node = await StartAsync(settings);
        await node.ConnectedAsync();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        var watch = node.Services.GetServices<IHostedService>().OfType<BrokerWatch>().Single();
        await user.SetPasswordAsync("another", Cancel);
        await user.Host.CloseConnectionsAsync(Cancel);

        await stopping.Task.WaitAsync(Cancel);
        // What the process then reports, with its exit code.
        var error = await Should.ThrowAsync<OperatorException>(() => watch.ExecuteTask!);
        error.Message.ShouldContain("00:00:10");
        error.Message.ShouldContain($"refuses the login of the user '{user.Name}'");
        error.Message.ShouldNotContain(user.Password);
    }

    private static string? ReasonOf(HealthReport report) =>
        report.Entries["broker"].Data.TryGetValue(HealthReason.Key, out var reason) ? (string)reason : null;

    private static string NameOf(Refusal refusal, RabbitMqUser user) =>
        refusal switch
        {
            Refusal.Password or Refusal.User => $"refuses the login of the user '{user.Name}'",
            _ => $"'{user.Host.Name}'",
        };

    private static Task RefuseAsync(RabbitMqUser user, Refusal refusal) =>
        refusal switch
        {
            Refusal.Password => user.SetPasswordAsync("another", Cancel),
            Refusal.User => user.DeleteAsync(Cancel),
            Refusal.VirtualHost => user.DeleteHostAsync(Cancel),
            _ => user.RevokeAsync(Cancel),
        };

    private static async Task AdmitAsync(RabbitMqUser user, Refusal refusal)
    {
        if (refusal is Refusal.Password or Refusal.User)
            await user.SetPasswordAsync(user.Password, Cancel);
        if (refusal == Refusal.VirtualHost)
            await user.CreateHostAsync(Cancel);
        await user.GrantAsync(Cancel);
    }

    private Task<TestNode> StartAsync(TestSettings settings) =>
        TestNode.StartAsync(settings, services => services.AddSingleton(_received), RecordingConsumer<EpochClosed>.Add);

    /// <summary>What is missing.</summary>
    public enum Refusal
    {
        /// <summary>The right password.</summary>
        Password,

        /// <summary>The user.</summary>
        User,

        /// <summary>The virtual host.</summary>
        VirtualHost,

        /// <summary>The user's rights on it.</summary>
        Permissions,
    }
}
