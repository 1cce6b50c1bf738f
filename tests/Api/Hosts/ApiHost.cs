using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Testing;

namespace Rollups.Api.Tests.Hosts;

/// <summary>The service as the node adds it, on a database of its own, and a client of its address.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly HttpClient _http;

    private ApiHost(ServiceHost host, RecordedCommands commands)
    {
        (Host, Commands) = (host, commands);
        var listener = host.Services.GetRequiredService<IApiListener>();
        _http = new HttpClient { BaseAddress = new Uri($"http://{listener.EndPoint}/") };
        Web = new Uri($"http://{listener.WebEndPoint}/");
    }

    public ServiceHost Host { get; }

    public RecordedCommands Commands { get; }

    /// <summary>Address of JSON-RPC.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>Address of the page, the feed and the HTTP queries.</summary>
    public Uri Web { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ApiHost> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite, params (string Key, string Value)[] settings)
    {
        var commands = new RecordedCommands();
        return await StartAsync(commands, await ServiceHost.CreateAsync(Setup(commands, settings), kind));
    }

    /// <summary>Another replica on the same database.</summary>
    public async Task<ApiHost> AnotherAsync(params (string Key, string Value)[] settings)
    {
        var commands = new RecordedCommands();
        return await StartAsync(commands, await Host.AnotherAsync(Setup(commands, settings)));
    }

    private static ServiceSetup Setup(RecordedCommands commands, (string Key, string Value)[] settings) =>
        new((services, configuration) => services.AddApi(configuration))
        {
            Settings = [("Api:Address", "127.0.0.1:0"), ("Api:WebAddress", "127.0.0.1:0"), .. settings],
            More = services => services.AddSingleton<IInterceptor>(commands),
        };

    private static async Task<ApiHost> StartAsync(RecordedCommands commands, ServiceHost host)
    {
        await host.StartAsync();
        return new ApiHost(host, commands);
    }

    /// <summary>Status and body of a POST to /rpc.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string body, Action<HttpRequestHeaders>? headers = null)
    {
        using var answer = await SendAsync(body, headers);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public Task<HttpResponseMessage> SendAsync(string body, Action<HttpRequestHeaders>? headers = null) =>
        SendAsync(HttpMethod.Post, "rpc", new StringContent(body, Encoding.UTF8, "application/json"), headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        Action<HttpRequestHeaders>? headers = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path == "rpc" ? Address : Web, path)) { Content = content };
        headers?.Invoke(request.Headers);
        return await _http.SendAsync(request, Cancel);
    }

    /// <summary>The JSON that a body is answered with.</summary>
    public async Task<JsonNode> JsonAsync(string body) => JsonNode.Parse((await PostAsync(body)).Body)!;

    /// <summary>The whole answer to one call with params by name.</summary>
    public Task<JsonNode> CallAsync(string method, object? parameters = null) =>
        JsonAsync(
            JsonSerializer.Serialize(
                new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method,
                    @params = parameters ?? new { },
                }
            )
        );

    /// <summary>The result of a call that succeeds.</summary>
    public async Task<JsonNode> ResultAsync(string method, object? parameters = null)
    {
        var answer = await CallAsync(method, parameters);
        return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>The error code of a call that fails.</summary>
    public async Task<int> ErrorAsync(string method, object? parameters = null) => CodeOf(await CallAsync(method, parameters));

    public static int CodeOf(JsonNode answer) =>
        answer["error"]?["code"]?.GetValue<int>() ?? throw new InvalidOperationException(answer.ToJsonString());

    /// <summary>Status and JSON of a GET.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Host.DisposeAsync();
    }
}
