using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rollups.Api;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Settings;

namespace Rollups.Cli.Http;

/// <summary>
/// The query API of a running node, in the place of its database. With <c>Api:TokenFile</c> in the settings, requests carry that token.
/// </summary>
internal sealed class NodeApi : IDisposable
{
    // A verb makes few requests, and somebody waits at the terminal.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly int[] Missing = [-31001, -31002, -32001, -32002];

    private readonly HttpClient _http = new() { Timeout = Longest };
    private readonly Uri _node;

    private NodeApi(Uri node, string? token)
    {
        _node = node;
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Opens the API at an address.</summary>
    /// <exception cref="OperatorException">A setting is unknown, or the token's file cannot be read.</exception>
    public static NodeApi Open(Uri node, CommandOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var setting = $"{ApiOptions.Section}:{nameof(ApiOptions.TokenFile)}";
        if (NodeDatabase.Configuration()[setting] is not { Length: > 0 } file)
            return new NodeApi(node, null);
        var warnings = new List<string>();
        var token = SecretFile.Read(file, setting, "API token", warnings);
        foreach (var warning in warnings)
            output.Note($"warning: {warning}");
        return new NodeApi(node, token);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Calls a method of JSON-RPC; returns its result.</summary>
    /// <exception cref="OperatorException">There is no such thing, or the node refuses the request.</exception>
    /// <exception cref="UnreachableException">Nobody answers there.</exception>
    public Task<JsonElement> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        NodeUrl.AskAsync(
            _node,
            Remedy,
            async () =>
            {
                var call = new JsonObject
                {
                    ["jsonrpc"] = "2.0",
                    ["id"] = 1,
                    ["method"] = method,
                    ["params"] = parameters,
                };
                using var content = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json");
                using var response = await SendAsync(HttpMethod.Post, "rpc", content, cancellationToken);
                var body = await ReadAsync(response, cancellationToken);
                if (body.TryGetProperty("error", out var error))
                    throw Refusal(error);
                return body.TryGetProperty("result", out var result) ? result : throw new FormatException("It has no result.");
            }
        );

    /// <summary>Reads a path; null if the address has no such path.</summary>
    /// <exception cref="OperatorException">There is no such thing, or the node refuses the request.</exception>
    /// <exception cref="UnreachableException">Nobody answers there.</exception>
    public Task<JsonElement?> FindAsync(string path, CancellationToken cancellationToken) =>
        NodeUrl.AskAsync<JsonElement?>(
            _node,
            Remedy,
            async () =>
            {
                using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
                if (response.StatusCode != HttpStatusCode.NotFound)
                    return await ReadAsync(response, cancellationToken);
                return await ReasonAsync(response, cancellationToken) is { } reason ? throw new OperatorException(reason) : null;
            }
        );

    private const string Remedy = "the node's service api, with --url";

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, NodeUrl.At(_node, path)) { Content = content };
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer within {Longest.TotalSeconds:0} s.", exception);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            throw new OperatorException("The node wants its token: set ROLLUPS_Api__TokenFile to the file that holds it.");
        if (!response.IsSuccessStatusCode && await ReasonAsync(response, cancellationToken) is { } reason)
            throw new OperatorException($"The node refused the request: {reason}");
        if (!response.IsSuccessStatusCode)
            throw new OperatorException($"The node refused the request: {NodeUrl.Sentence(response, body)}");
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new FormatException("The answer is no object.");
        }
        catch (JsonException exception)
        {
            throw new FormatException("The answer is no JSON.", exception);
        }
    }

    /// <summary>The sentence of a refusal in JSON; null if the answer has none.</summary>
    private static async Task<string?> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return null;
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return new WireRow(document.RootElement).FindText("error");
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private static OperatorException Refusal(JsonElement error)
    {
        var row = new WireRow(error);
        var (code, message) = (error.GetProperty("code").GetInt32(), row.Text("message").TrimEnd('.'));
        return new OperatorException(Missing.Contains(code) ? $"{message}." : $"The node refused the request: {message} ({code}).");
    }
}
