using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rollups.Testing;

/// <summary>One HTTP request received by a <see cref="JsonRpcProxy"/>: a call, or a batch of them.</summary>
public sealed class RpcExchange
{
    private readonly HttpContext _context;
    private readonly HttpClient _upstream;

    internal RpcExchange(HttpContext context, JsonNode request, HttpClient upstream)
    {
        _context = context;
        _upstream = upstream;
        Request = request;
        Calls = request is JsonArray batch ? [.. batch.Select(call => call!.AsObject())] : [request.AsObject()];
        Methods = Calls.Select(call => call["method"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The body: an object, or an array of objects.</summary>
    public JsonNode Request { get; }

    /// <summary>The calls in it.</summary>
    public IReadOnlyList<JsonObject> Calls { get; }

    /// <summary>Their methods, each once.</summary>
    public IReadOnlySet<string> Methods { get; }

    /// <summary>Cancelled when the caller has given up.</summary>
    public CancellationToken Gone => _context.RequestAborted;

    /// <summary>
    /// Forwards it and returns the answer, which the caller has not seen yet. It continues if the caller gives up: what was sent is sent.
    /// </summary>
    public Task<JsonNode> ForwardAsync() => ForwardAsync(Request);

    /// <summary>Forwards another request and returns the answer.</summary>
    public async Task<JsonNode> ForwardAsync(JsonNode request)
    {
        using var answer = await _upstream.PostAsJsonAsync((Uri?)null, request, CancellationToken.None);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(CancellationToken.None))!;
    }

    /// <summary>Answers the caller.</summary>
    public Task AnswerAsync(JsonNode body) => AnswerAsync(body.ToJsonString());

    /// <summary>Answers the caller with any body and HTTP status.</summary>
    /// <param name="body">Text of the body.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="retryAfter">Value of the header Retry-After, where given.</param>
    public Task AnswerAsync(string body, int status = 200, string? retryAfter = null)
    {
        _context.Response.StatusCode = status;
        _context.Response.ContentType = "application/json";
        if (retryAfter is not null)
            _context.Response.Headers.RetryAfter = retryAfter;
        return _context.Response.WriteAsync(body, Gone);
    }

    /// <summary>Sends the first half of an answer, and breaks the connection.</summary>
    public async Task AnswerHalfAsync(JsonNode body)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
        _context.Response.ContentType = "application/json";
        _context.Response.ContentLength = bytes.Length;
        await _context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), Gone);
        await _context.Response.Body.FlushAsync(Gone);
        Cut();
    }

    /// <summary>Breaks the connection without an answer.</summary>
    public void Cut() => _context.Abort();
}
