using System.Net;
using System.Net.Sockets;
using Rollups.Api.Tests.Hosts;
using Rollups.Settings;

namespace Rollups.Api.Tests;

/// <summary>Who is answered: address, token, web pages, requests at once.</summary>
public sealed class AccessTests
{
    private const string ChainId = """{"jsonrpc":"2.0","method":"cartesi_getChainId","id":1}""";

    [Fact]
    public async Task A_taken_port_gives_one_clear_sentence()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var failure = await Should.ThrowAsync<OperatorException>(() =>
            ApiHost.StartAsync(settings: ("Api:Address", occupant.LocalEndpoint.ToString()!))
        );
        failure.Message.ShouldBe(
            $"The API cannot use {occupant.LocalEndpoint}, because another program listens there: stop that program, or choose another "
                + "address with Api:Address."
        );
    }

    [Theory]
    [InlineData(
        "Api:Address",
        "10011",
        "Api:Address is '10011': give an IP address and a port, such as 127.0.0.1:10011 or 0.0.0.0:10011."
    )]
    [InlineData("Api:WebAddress", "nowhere", "Api:WebAddress is 'nowhere': give an IP address and a port, such as 127.0.0.1:10010")]
    [InlineData("Api:Events:MaxSubscribers", "0", "Api:Events:MaxSubscribers is 0: give a number of subscribers from 1 to 100000.")]
    [InlineData("Api:MaxInFlight", "0", "Api:MaxInFlight is 0: give a number of requests from 1 to 10000.")]
    [InlineData("Api:AllowedHosts", "http://node.example", "Api:AllowedHosts has 'http://node.example': give names or IP addresses")]
    [InlineData("Api:CorsAllowedOrigins", "https://a.example/path", "Api:CorsAllowedOrigins has 'https://a.example/path': give a scheme")]
    public async Task A_wrong_setting_is_refused(string name, string value, string sentence) =>
        (await Should.ThrowAsync<OperatorException>(() => ApiHost.StartAsync(settings: (name, value)))).Message.ShouldStartWith(sentence);

    [Fact]
    public async Task With_a_token_only_its_holder_is_answered()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "let-me-in\n", TestContext.Current.CancellationToken);
        await using var api = await ApiHost.StartAsync(settings: ("Api:TokenFile", file));
        foreach (
            var (sent, status) in new (string?, HttpStatusCode)[]
            {
                (null, HttpStatusCode.Unauthorized),
                ("Bearer wrong", HttpStatusCode.Unauthorized),
                ("Basic let-me-in", HttpStatusCode.Unauthorized),
                ("Bearer let-me-in", HttpStatusCode.OK),
            }
        )
        {
            using var answer = await api.SendAsync(ChainId, headers => headers.TryAddWithoutValidation("Authorization", sent ?? ""));
            answer.StatusCode.ShouldBe(status, sent);
        }

        using var story = await api.SendAsync(HttpMethod.Get, "epochs");
        story.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        api.Host.Log.Lines.ShouldAllBe(line => !line.Text.Contains("let-me-in"));
        File.Delete(file);
    }

    [Fact]
    public async Task A_missing_token_file_stops_the_start()
    {
        var failure = await Should.ThrowAsync<OperatorException>(() => ApiHost.StartAsync(settings: ("Api:TokenFile", "/nowhere/token")));
        failure.Message.ShouldStartWith("The file '/nowhere/token' of Api:TokenFile cannot be read");
    }

    [Fact]
    public async Task Web_pages_are_answered_only_of_listed_origins()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:CorsAllowedOrigins", "https://a.example, http://localhost:3000"));
        (await AllowedAsync(api, "https://a.example")).ShouldBe("https://a.example");
        (await AllowedAsync(api, "http://localhost:3000")).ShouldBe("http://localhost:3000");
        (await AllowedAsync(api, "https://b.example")).ShouldBeNull();
        (await AllowedAsync(api, "https://a.example.org")).ShouldBeNull();

        using var question = await api.SendAsync(
            HttpMethod.Options,
            "rpc",
            headers: headers =>
            {
                headers.Add("Origin", "https://a.example");
                headers.Add("Access-Control-Request-Method", "POST");
            }
        );
        question.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        question.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["Content-Type, Authorization, Last-Event-ID"]);
    }

    [Fact]
    public async Task Without_the_setting_no_page_is()
    {
        await using var api = await ApiHost.StartAsync();
        (await AllowedAsync(api, "https://a.example")).ShouldBeNull();
        (await AllowedAsync(api, "null")).ShouldBeNull();
    }

    /// <summary>A page whose name resolves to this machine sends that name as its Host.</summary>
    [Theory]
    [InlineData("rebound.example", false)]
    [InlineData("rebound.example:10011", false)]
    [InlineData("localhost.rebound.example", false)]
    [InlineData("192.168.1.7", false)]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1234", true)]
    [InlineData("127.0.0.1:10010", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:10010", true)]
    [InlineData("node.example", true)]
    [InlineData("10.1.2.3:80", true)]
    public async Task On_loopback_only_its_own_names_and_listed_ones_are_answered(string host, bool isAnswered)
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:AllowedHosts", "node.example, 10.1.2.3"));
        using var rpc = await api.SendAsync(ChainId, headers => headers.Host = host);
        rpc.StatusCode.ShouldBe(isAnswered ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest);
        foreach (var path in (string[])["", "epochs", "pipeline", "nowhere"])
        {
            using var web = await api.SendAsync(HttpMethod.Get, path, headers: headers => headers.Host = host);
            (web.StatusCode != HttpStatusCode.MisdirectedRequest).ShouldBe(isAnswered, path);
        }
    }

    [Fact]
    public async Task On_another_address_any_name_is_answered_unless_some_are_listed()
    {
        await using (var open = await ApiHost.StartAsync(settings: ("Api:Address", "0.0.0.0:0")))
            (await StatusAsync(open, "node.example")).ShouldBe(HttpStatusCode.OK);
        await using var listed = await ApiHost.StartAsync(settings: [("Api:Address", "0.0.0.0:0"), ("Api:AllowedHosts", "node.example")]);
        (await StatusAsync(listed, "node.example")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(listed, "rebound.example")).ShouldBe(HttpStatusCode.MisdirectedRequest);

        static async Task<HttpStatusCode> StatusAsync(ApiHost api, string host)
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{api.Address.Port}/rpc");
            request.Content = new StringContent(ChainId);
            request.Headers.Host = host;
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("mine-1:2/3=+_.", true)]
    [InlineData("with space", false)]
    public async Task A_clients_request_id_is_kept_if_it_is_one(string id, bool isKept)
    {
        await using var api = await ApiHost.StartAsync();
        using var answer = await api.SendAsync(ChainId, headers => headers.Add("X-Request-ID", id));
        var answered = answer.Headers.GetValues("X-Request-ID").ShouldHaveSingleItem();
        if (isKept)
            answered.ShouldBe(id);
        else
            Guid.TryParse(answered, out _).ShouldBeTrue();
    }

    /// <summary>As docs/api.md says.</summary>
    [Theory]
    [InlineData("epochs", "localhost", true)]
    [InlineData("nowhere", "localhost", true)]
    [InlineData("rpc", "localhost", true)]
    [InlineData("events?colour=red", "localhost", true)]
    [InlineData("", "localhost", false)]
    [InlineData("epochs", "rebound.example", false)]
    public async Task Answers_have_an_id_except_files_of_the_page_and_refused_host_names(string path, string host, bool hasId)
    {
        await using var api = await ApiHost.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Get, path, headers: headers => headers.Host = host);
        answer.Headers.Contains("X-Request-ID").ShouldBe(hasId);
    }

    [Fact]
    public async Task A_request_too_many_is_sent_away_and_the_next_is_answered()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:MaxInFlight", "1"));
        // A body that has not arrived keeps its request in flight.
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, api.Address.Port, TestContext.Current.CancellationToken);
        var stream = slow.GetStream();
        await stream.WriteAsync(
            "POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        HttpResponseMessage refused;
        do refused = await api.SendAsync(ChainId);
        while (refused.StatusCode == HttpStatusCode.OK);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 3);
        slow.Close();
        HttpStatusCode status;
        do status = (await api.PostAsync(ChainId)).Status;
        while (status == HttpStatusCode.ServiceUnavailable);
        status.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string?> AllowedAsync(ApiHost api, string origin)
    {
        using var answer = await api.SendAsync(ChainId, headers => headers.Add("Origin", origin));
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
    }
}
