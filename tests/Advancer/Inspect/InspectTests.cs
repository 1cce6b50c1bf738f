using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer.Inspect;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests.Inspect;

/// <summary>Queries over HTTP, on the machines of the Advancer in the same process.</summary>
public sealed class InspectTests : OnDatabase, IDisposable
{
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_query_is_answered_by_name_and_by_address_and_says_how_many_inputs_it_has_seen()
    {
        var host = await StartAsync();
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Open, "one", "two");
        await host.PassAsync();

        foreach (var name in (string[])[app.Name, app.Address.ToString()])
        {
            var answer = await PostAsync(host, name, "hello");
            answer.Status.ShouldBe(HttpStatusCode.OK);
            answer.Text.ShouldBe("""{"status":"Accepted","reports":[{"payload":"0x68656c6c6f"}],"processed_input_count":2}""");
        }

        (await PostAsync(host, app.Name, "reject")).Text.ShouldBe("""{"status":"Rejected","reports":[],"processed_input_count":2}""");
        (await PostAsync(host, app.Name, "halt")).Text.ShouldBe("""{"status":"MachineHalted","reports":[],"processed_input_count":2}""");
        (await PostAsync(host, app.Name, "exception:why")).Text.ShouldBe(
            """{"status":"Exception","exception":"0x776879","exception_data":"0x776879","reports":[],"processed_input_count":2}"""
        );
        (await host.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task A_machine_that_is_not_in_memory_is_built_for_the_query_and_only_once()
    {
        var host = await StartAsync();
        var app = await host.AddApplicationAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync(host, app.Name, "x")));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        host.Machines.Open.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_answered_has_the_documented_code()
    {
        var host = await StartAsync();
        var app = await host.AddApplicationAsync();
        (await PostAsync(host, "nobody", "x")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(host, Address.Zero.ToString(), "x")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var get = await _http.GetAsync(Url(host, app.Name), Cancel);
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.ShouldBe(["POST"]);
        (await PostAsync(host, app.Name, new string('x', 1 << 21))).Status.ShouldBe(HttpStatusCode.OK);
        using var large = new ByteArrayContent(new byte[(1 << 21) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(host, app.Name)) { Content = large };
        // The body is sent only once the server agrees, so the refusal is read.
        request.Headers.ExpectContinue = true;
        using var refused = await _http.SendAsync(request, Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task An_application_that_has_raised_an_exception_answers_no_more()
    {
        var host = await StartAsync();
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Open, "one", "exception:over");
        await host.PassAsync();
        var answer = await PostAsync(host, app.Name, "x");
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Text.ShouldContain("INOPERABLE");
    }

    [Fact]
    public async Task Too_many_queries_are_refused_at_once_for_the_application_and_for_the_process()
    {
        var host = await StartAsync(("Inspect:MaxConcurrentPerApplication", "1"), ("Inspect:MaxConcurrent", "2"));
        var first = await host.AddApplicationAsync();
        var second = await host.AddApplicationAsync();
        var third = await host.AddApplicationAsync();
        var gate = new TaskCompletionSource();
        using var inside = new SemaphoreSlim(0);
        host.Machines.Inspecting = _ =>
        {
            inside.Release();
            return gate.Task;
        };
        var running = PostAsync(host, first.Name, "x");
        await inside.WaitAsync(Cancel);
        var own = await PostAsync(host, first.Name, "x");
        (own.Status, own.Retry).ShouldBe((HttpStatusCode.ServiceUnavailable, false));
        var other = PostAsync(host, second.Name, "x");
        await inside.WaitAsync(Cancel);
        var whole = await PostAsync(host, third.Name, "x");
        (whole.Status, whole.Retry).ShouldBe((HttpStatusCode.ServiceUnavailable, true));
        gate.SetResult();
        (await running).Status.ShouldBe(HttpStatusCode.OK);
        (await other).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_application_s_own_limit_of_queries_counts_if_it_is_the_smaller_one()
    {
        var host = await StartAsync(("Inspect:MaxConcurrentPerApplication", "2"));
        var gate = new TaskCompletionSource();
        using var inside = new SemaphoreSlim(0);
        host.Machines.Inspecting = _ =>
        {
            inside.Release();
            return gate.Task;
        };
        var running = new List<Task<(HttpStatusCode Status, string Text, bool Retry)>>();
        foreach (var (own, most) in new[] { (1UL, 1), (1000UL, 2) })
        {
            var app = await host.AddApplicationAsync();
            await host.ChangeAsync(db =>
            {
                db.Add(new ExecutionParameters { ApplicationId = app.Id, MaxConcurrentInspects = own });
                return Task.CompletedTask;
            });
            for (var i = 0; i < most; i++)
            {
                running.Add(PostAsync(host, app.Name, "x"));
                await inside.WaitAsync(Cancel);
            }

            var refused = await PostAsync(host, app.Name, "x");
            refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Text.ShouldContain("max-concurrent-inspects");
        }

        gate.SetResult();
        (await Task.WhenAll(running)).ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_query_that_hangs_is_given_up_and_the_advances_go_on()
    {
        var host = await StartAsync(("Inspect:Timeout", "00:00:01"));
        var app = await host.AddApplicationAsync();
        using var inside = new SemaphoreSlim(0);
        host.Machines.Inspecting = token =>
        {
            inside.Release();
            return Task.Delay(Timeout.Infinite, token);
        };
        var running = PostAsync(host, app.Name, "x");
        await inside.WaitAsync(Cancel);
        await host.AddEpochAsync(app, EpochStatus.Open, "one");
        (await host.TurnAsync(app)).Done.ShouldBe(1);
        var answer = await running;
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Text.ShouldContain("Inspect:Timeout");
    }

    [Fact]
    public async Task A_machine_that_can_run_nothing_more_is_rebuilt_at_the_next_turn()
    {
        var host = await StartAsync();
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Open, "one");
        await host.PassAsync();
        host.Machines.Break();
        (await PostAsync(host, app.Name, "x")).Text.ShouldContain("\"processed_input_count\":1");
        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 0UL]);
        host.Machines.Open.ShouldBe(1);
    }

    /// <summary>A page whose name resolves to this machine sends that name as its Host.</summary>
    [Fact]
    public async Task On_loopback_only_its_own_names_and_listed_ones_are_answered()
    {
        var host = await StartAsync(("Inspect:AllowedHosts", "node.example, 10.1.2.3"));
        var app = await host.AddApplicationAsync();
        foreach (var name in (string[])["rebound.example", "rebound.example:10012", "localhost.rebound.example", "192.168.1.7"])
        {
            var refused = await PostAsync(host, app.Name, "x", name);
            refused.Status.ShouldBe(HttpStatusCode.MisdirectedRequest, name);
            refused.Text.ShouldEndWith("use 127.0.0.1 or localhost, or add the name to Inspect:AllowedHosts.\n");
        }

        // Nothing has run for them.
        host.Machines.Open.ShouldBe(0);
        foreach (var name in (string[])["LOCALHOST:1234", "127.0.0.1:10012", "[::1]:10012", "node.example", "10.1.2.3:80"])
            (await PostAsync(host, app.Name, "x", name)).Status.ShouldBe(HttpStatusCode.OK, name);
    }

    private async Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await HostAsync(DatabaseKind.Sqlite, settings);
        await host.StartAsync();
        return host;
    }

    private static Uri Url(ServiceHost host, string name) =>
        new($"http://{host.Services.GetRequiredService<IInspectListener>().EndPoint}/inspect/{name}");

    private async Task<(HttpStatusCode Status, string Text, bool Retry)> PostAsync(
        ServiceHost host,
        string name,
        string query,
        string? hostName = null
    )
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(query));
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(host, name)) { Content = content };
        request.Headers.Host = hostName;
        using var answer = await _http.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Headers.RetryAfter is not null);
    }
}
