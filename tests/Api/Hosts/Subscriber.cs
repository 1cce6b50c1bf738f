using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.Api.Tests.Hosts;

/// <summary>An event of the stream.</summary>
/// <param name="Id">Its id; null if it has none.</param>
/// <param name="Kind">Its name; null for a line that only keeps the stream alive.</param>
/// <param name="Data">Its content.</param>
internal sealed record Received(string? Id, string? Kind, JsonNode? Data)
{
    /// <summary>Epoch of an event about one.</summary>
    public long Epoch => Data!["epoch_index"]!.GetValue<long>();
}

/// <summary>A client of GET /events that reads as the standard of server-sent events says.</summary>
internal sealed class Subscriber : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private HttpResponseMessage? _answer;
    private StreamReader? _lines;

    private static CancellationToken Cancel => Patience.Token;

    /// <summary>Connects, and reads the first event, which is about the stream itself.</summary>
    public static async Task<Subscriber> ConnectAsync(
        ApiHost api,
        string query = "",
        string? lastId = null,
        string first = "feed.ready",
        string? token = null
    )
    {
        var subscriber = new Subscriber();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Web, "events" + query));
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        subscriber._answer = await subscriber._client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        subscriber._answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        subscriber._answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        subscriber._lines = new StreamReader(await subscriber._answer.Content.ReadAsStreamAsync(Cancel));
        (await subscriber.AnyAsync())!.Kind.ShouldBe(first);
        return subscriber;
    }

    /// <summary>The next event, without the lines that keep the stream alive; null once the stream has ended.</summary>
    public async Task<Received?> NextAsync()
    {
        while (true)
        {
            var received = await AnyAsync();
            if (received is not { Kind: null })
                return received;
        }
    }

    /// <summary>The next so many events.</summary>
    public async Task<List<Received>> TakeAsync(int count)
    {
        var events = new List<Received>(count);
        while (events.Count < count)
            events.Add((await NextAsync()) ?? throw new InvalidOperationException($"The stream ended after {events.Count} events."));
        return events;
    }

    /// <summary>The next part of the stream.</summary>
    public async Task<Received?> AnyAsync()
    {
        string? id = null,
            kind = null,
            data = null;
        while (await _lines!.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Length == 0)
                return new Received(id, kind, data is null ? null : JsonNode.Parse(data));
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
        }

        return null;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _answer?.Dispose();
        _client.Dispose();
    }
}

/// <summary>The house's bound of everything that must come.</summary>
internal static class Patience
{
    public static CancellationToken Token
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Hang.Limit);
            return limit.Token;
        }
    }
}
