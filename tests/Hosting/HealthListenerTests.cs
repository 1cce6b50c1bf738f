using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Hosting.Tests;

public sealed class HealthListenerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_node_is_alive_and_ready()
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Healthy());
        await host.StartAsync(Cancel);

        (await GetAsync(host, "livez")).ShouldBe((HttpStatusCode.OK, "rollups-node: alive\n"));
        (await GetAsync(host, "readyz")).ShouldBe((HttpStatusCode.OK, "rollups-node: ready\n"));

        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_failing_check_makes_the_node_unready_but_leaves_it_alive()
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Unhealthy("Password=secret"));
        await host.StartAsync(Cancel);

        (await GetAsync(host, "livez")).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(host, "readyz")).ShouldBe((HttpStatusCode.InternalServerError, "rollups-node: not ready: given Unhealthy\n"));

        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_degraded_check_is_named_and_leaves_the_node_ready()
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Degraded());
        await host.StartAsync(Cancel);

        (await GetAsync(host, "readyz")).ShouldBe((HttpStatusCode.OK, "rollups-node: ready: given Degraded\n"));

        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_reason_that_was_made_to_be_shown_is_shown_and_a_description_is_not()
    {
        using var host = Build(
            "127.0.0.1:0",
            () => HealthCheckResult.Degraded("Password=secret", data: new Dictionary<string, object> { [HealthReason.Key] = "Mend it." })
        );
        await host.StartAsync(Cancel);

        (await GetAsync(host, "readyz")).ShouldBe((HttpStatusCode.OK, "rollups-node: ready: given Degraded (Mend it.)\n"));

        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Readiness_is_JSON_that_names_each_check_with_since_when_the_reason_and_what_to_do()
    {
        var result = HealthCheckResult.Healthy();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
        using var host = Build(
            "127.0.0.1:0",
            () => result,
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddSingleton(new HostedServices(["claimer", "validator"]));
                services
                    .AddHealthChecks()
                    .AddCheck(
                        "l1",
                        () => HealthCheckResult.Unhealthy("Password=secret", data: HealthReason.Data("It is away.", "Mend it.")),
                        tags: ServiceTag.Of(["claimer", "evm-reader"])
                    );
            }
        );
        await host.StartAsync(Cancel);
        await GetJsonAsync(host);
        result = HealthCheckResult.Degraded();
        clock.Advance(TimeSpan.FromMinutes(1));
        var (type, _, _) = await GetJsonAsync(host);
        clock.Advance(TimeSpan.FromMinutes(1));

        var (_, status, json) = await GetJsonAsync(host);

        type.ShouldBe("application/json");
        // The plain status of a node that is not ready.
        status.ShouldBe(HttpStatusCode.InternalServerError);
        json["node"]!.GetValue<string>().ShouldBe("rollups-node");
        json["ready"]!.GetValue<bool>().ShouldBeFalse();
        json["services"]!
            .AsArray()
            .Select(service => $"{service!["name"]} {service["ready"]} {string.Join(",", service["waits"]!.AsArray())}")
            .ShouldBe(["claimer false given,l1", "validator true given"]);
        var checks = json["checks"]!.AsArray().ToDictionary(check => check!["name"]!.GetValue<string>(), check => check!);
        checks["given"]["status"]!.GetValue<string>().ShouldBe("Degraded");
        checks["given"]["since"]!.GetValue<DateTimeOffset>().ShouldBe(clock.GetUtcNow() - TimeSpan.FromMinutes(1));
        checks["l1"]["since"]!.GetValue<DateTimeOffset>().ShouldBe(clock.GetUtcNow() - TimeSpan.FromMinutes(2));
        checks["l1"]["reason"]!.GetValue<string>().ShouldBe("It is away.");
        checks["l1"]["action"]!.GetValue<string>().ShouldBe("Mend it.");
        checks["l1"]["services"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("claimer");
        json.ToJsonString().ShouldNotContain("secret");
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_listener_answers_before_the_other_services_have_started_and_while_they_stop()
    {
        var probe = new Probe();
        using var host = Build(
            "127.0.0.1:0",
            () => HealthCheckResult.Healthy(),
            services =>
                services.AddSingleton<IHostedService>(provider =>
                {
                    probe.Listener = provider.GetRequiredService<IHealthListener>();
                    return probe;
                })
        );
        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);

        probe.WhileStarting.ShouldBe((HttpStatusCode.InternalServerError, "rollups-node: starting\n"));
        probe.WhileStopping.ShouldBe((HttpStatusCode.InternalServerError, "rollups-node: stopping\n"));
    }

    [Fact]
    public async Task A_check_that_does_not_end_is_named_and_the_others_are_asked_all_the_same()
    {
        using var host = Build(
            "127.0.0.1:0",
            () => HealthCheckResult.Degraded(),
            services =>
            {
                services.Configure<HealthOptions>(health => health.CheckTimeout = TimeSpan.FromMilliseconds(300));
                services
                    .AddHealthChecks()
                    .AddAsyncCheck(
                        "endless",
                        async token =>
                        {
                            await Task.Delay(Timeout.Infinite, token);
                            return HealthCheckResult.Healthy();
                        }
                    );
            }
        );
        await host.StartAsync(Cancel);

        (await GetAsync(host, "readyz")).ShouldBe(
            (
                HttpStatusCode.InternalServerError,
                "rollups-node: not ready: given Degraded, endless Unhealthy (It did not answer within 0.3 s.)\n"
            )
        );
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Metrics_of_the_nodes_own_meter_are_served_for_Prometheus()
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Healthy());
        await host.StartAsync(Cancel);
        using var meter = new Meter(RollupsHostingExtensions.MeterName);
        meter.CreateCounter<long>("rollups.test.count").Add(3);

        var (status, text) = await GetAsync(host, "metrics");

        status.ShouldBe(HttpStatusCode.OK);
        text.ShouldContain("rollups_test_count_total");
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_busy_port_is_told_in_one_sentence_with_the_remedy()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        using var host = Build(occupant.LocalEndpoint.ToString()!, () => HealthCheckResult.Healthy());

        var failure = await Should.ThrowAsync<OperatorException>(() => host.StartAsync(Cancel));

        failure.Message.ShouldBe(
            $"The health listener cannot use {occupant.LocalEndpoint}, because another program listens there: "
                + "stop that program, or choose another address with Health:Address."
        );
    }

    [Fact]
    public async Task A_switched_off_listener_has_no_end_point()
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Healthy(), enabled: false);
        await host.StartAsync(Cancel);
        host.Services.GetRequiredService<IHealthListener>().EndPoint.ShouldBeNull();
        await host.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("10000")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:99999")]
    public void A_malformed_address_is_refused_at_start(string address)
    {
        var failure = Should.Throw<OperatorException>(() => Build(address, () => HealthCheckResult.Healthy()));
        OperatorErrors.Describe(failure).ShouldNotBeNull().ShouldContain($"'{address}'");
    }

    /// <summary>A page whose name resolves to this machine sends that name as its Host.</summary>
    [Theory]
    [InlineData("rebound.example", false)]
    [InlineData("rebound.example:10000", false)]
    [InlineData("localhost.rebound.example", false)]
    [InlineData("192.168.1.7", false)]
    [InlineData("LOCALHOST:1234", true)]
    [InlineData("127.0.0.1:10000", true)]
    [InlineData("[::1]:10000", true)]
    [InlineData("node.example", true)]
    [InlineData("10.1.2.3:80", true)]
    public async Task On_loopback_only_its_own_names_and_listed_ones_are_answered(string name, bool isAnswered)
    {
        using var host = Build("127.0.0.1:0", () => HealthCheckResult.Healthy(), allowedHosts: "node.example, 10.1.2.3");
        await host.StartAsync(Cancel);
        foreach (var path in (string[])["livez", "readyz", "metrics", "nowhere"])
        {
            var answer = await GetAsync(host.Services.GetRequiredService<IHealthListener>(), path, name);
            (answer.Status != HttpStatusCode.MisdirectedRequest).ShouldBe(isAnswered, path);
            if (!isAnswered)
                answer.Text.ShouldEndWith("use 127.0.0.1 or localhost, or add the name to Health:AllowedHosts.\n");
        }

        await host.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("node.example", false)]
    public async Task On_another_address_any_name_is_answered_unless_some_are_listed(string allowedHosts, bool isAnswered)
    {
        using var host = Build("0.0.0.0:0", () => HealthCheckResult.Healthy(), allowedHosts: allowedHosts);
        await host.StartAsync(Cancel);
        var listener = host.Services.GetRequiredService<IHealthListener>();
        (await GetAsync(listener, "livez", "node.example")).Status.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(listener, "livez", "rebound.example")).Status.ShouldBe(
            isAnswered ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest
        );
        await host.StopAsync(Cancel);
    }

    [Fact]
    public void A_host_name_with_a_scheme_is_refused_at_start()
    {
        var failure = Should.Throw<OperatorException>(() =>
            Build("127.0.0.1:0", () => HealthCheckResult.Healthy(), allowedHosts: "http://node.example")
        );
        OperatorErrors.Describe(failure).ShouldNotBeNull().ShouldContain("Health:AllowedHosts has 'http://node.example'");
    }

    private static IHost Build(
        string address,
        Func<HealthCheckResult> check,
        Action<IServiceCollection>? also = null,
        bool enabled = true,
        string allowedHosts = ""
    )
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Health:Address"] = address,
                ["Health:Enabled"] = $"{enabled}",
                ["Health:AllowedHosts"] = allowedHosts,
            }
        );
        builder.AddRollupsHosting();
        builder.Services.Configure<HealthCheckServiceOptions>(health => health.Registrations.Clear());
        builder.Services.AddHealthChecks().AddCheck("given", check);
        also?.Invoke(builder.Services);
        return builder.Build();
    }

    private static Task<(HttpStatusCode Status, string Text)> GetAsync(IHost host, string path) =>
        GetAsync(host.Services.GetRequiredService<IHealthListener>(), path);

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(IHealthListener listener, string path, string? name = null)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.Add(new("text/plain"));
        http.DefaultRequestHeaders.Host = name;
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{listener.EndPoint.ShouldNotBeNull().Port}/{path}"), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<(string? Type, HttpStatusCode Status, JsonNode Json)> GetJsonAsync(IHost host)
    {
        using var http = new HttpClient();
        var listener = host.Services.GetRequiredService<IHealthListener>();
        using var answer = await http.GetAsync(new Uri($"http://{listener.EndPoint}/readyz"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.Content.Headers.ContentType?.MediaType, answer.StatusCode, JsonNode.Parse(text)!);
    }

    private sealed class Probe : IHostedService
    {
        public IHealthListener Listener { get; set; } = null!;

        public (HttpStatusCode, string) WhileStarting { get; private set; }

        public (HttpStatusCode, string) WhileStopping { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) => WhileStarting = await GetAsync(Listener, "readyz");

        public async Task StopAsync(CancellationToken cancellationToken) => WhileStopping = await GetAsync(Listener, "livez");
    }
}
