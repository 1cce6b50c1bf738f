using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rollups.Api.Wire;

namespace Rollups.Api.Feed;

/// <summary>
/// One subscriber's stream: a place in the log that only moves forward, so that no event is sent twice, and whatever it passes is sent or
/// filtered out, so that none is left out.
/// </summary>
internal sealed class FeedStream(
    HttpContext http,
    FeedRing ring,
    FeedFilter filter,
    FeedReads reads,
    FeedOptions options,
    TimeProvider clock
)
{
    // Written before a flush: the buffer of a subscriber that does not read stays this small.
    private const int FlushBytes = 32 * 1024;
    private const int BatchSize = 128;

    private readonly PipeWriter _writer = http.Response.BodyWriter;
    private long _place;
    private long _named;
    private int _unflushed;

    /// <summary>Sends the first event, which is not in the log: the subscriber is connected, and resumes from here.</summary>
    /// <param name="start">Number of the last event that the subscriber has.</param>
    /// <param name="kind">Name of the event.</param>
    /// <param name="ended">Ends it.</param>
    public Task BeginAsync(long start, string kind, CancellationToken ended)
    {
        _place = start;
        return NoticeAsync(kind, new { }, ended);
    }

    /// <summary>Sends until the client leaves, the node stops or the log is replaced.</summary>
    /// <param name="isComplete">Whether the subscriber has to learn of events that are missing behind it.</param>
    /// <param name="group">Its group in the ring.</param>
    /// <param name="isCurrent">Whether the ring is still that of the log.</param>
    /// <param name="ended">Ends it.</param>
    /// <exception cref="TimeoutException">The subscriber does not read.</exception>
    public async Task RunAsync(bool isComplete, int group, Func<FeedRing, bool> isCurrent, CancellationToken ended)
    {
        var batch = ArrayPool<FeedItem>.Shared.Rent(BatchSize);
        try
        {
            while (isCurrent(ring))
            {
                var next = ring.Next(group);
                var count = ring.Read(_place, batch.AsSpan(0, BatchSize));
                if (count < 0)
                {
                    await CatchUpAsync(isComplete, ended);
                    isComplete = true;
                }
                else if (count == 0)
                {
                    await WaitAsync(next, ended);
                }
                else
                {
                    for (var i = 0; i < count; i++)
                        await SendAsync(batch[i], ended);
                    await FlushAsync(ended);
                }
            }
        }
        finally
        {
            ArrayPool<FeedItem>.Shared.Return(batch, clearArray: true);
        }
    }

    /// <summary>Sends an event that is not in the log, about the stream itself.</summary>
    private async Task NoticeAsync(string kind, object data, CancellationToken ended)
    {
        var json = JsonSerializer.Serialize(data, data.GetType(), WireJson.Http);
        Write(Encoding.UTF8.GetBytes($"id: {FeedItem.IdOf(ring.Log, _place)}\nevent: {kind}\ndata: {json}\n\n"));
        _named = _place;
        await FlushAsync(ended);
    }

    /// <summary>Reads a page of the database. The ring has moved past this subscriber: it was away, or it reads slowly.</summary>
    private async Task CatchUpAsync(bool isComplete, CancellationToken ended)
    {
        var rows = await reads.PageAsync(ring.Log, _place, ended);
        var first = rows.Count > 0 ? rows[0].Number : ring.First;
        if (first > _place + 1)
        {
            var gap = new Gap(FeedItem.IdOf(ring.Log, _place), first - _place - 1);
            _place = first - 1;
            if (isComplete)
                await NoticeAsync("feed.gap", gap, ended);
        }

        foreach (var row in rows)
            await SendAsync(row, ended);
        await FlushAsync(ended);
    }

    private async ValueTask SendAsync(FeedItem item, CancellationToken ended)
    {
        _place = item.Number;
        if (!filter.Takes(item))
            return;
        Write(item.Frame.Span);
        _named = item.Number;
        if (_unflushed >= FlushBytes)
            await FlushAsync(ended);
    }

    /// <summary>Waits for the next events; a silent stream gets its place, so that the client resumes from there.</summary>
    private async Task WaitAsync(Task next, CancellationToken ended)
    {
        try
        {
            await next.WaitAsync(options.Heartbeat, clock, ended);
        }
        catch (TimeoutException)
        {
            Write(_named == _place ? ":\n\n"u8 : Encoding.UTF8.GetBytes($"id: {FeedItem.IdOf(ring.Log, _place)}\n\n"));
            _named = _place;
            await FlushAsync(ended);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _writer.Write(bytes);
        _unflushed += bytes.Length;
    }

    private async ValueTask FlushAsync(CancellationToken ended)
    {
        if (_unflushed == 0)
            return;
        _unflushed = 0;
        var writing = _writer.FlushAsync(ended);
        if (writing.IsCompletedSuccessfully)
        {
            // A client that reads: the socket has taken everything.
            _ = writing.Result;
            return;
        }

        var flushed = writing.AsTask();
        try
        {
            await flushed.WaitAsync(options.WriteTimeout, clock, ended);
        }
        catch (OperationCanceledException) when (!flushed.IsCompletedSuccessfully)
        {
            // The node's stop must not wait for a client that does not read.
            http.Abort();
            throw;
        }
    }

    /// <param name="After">Id of the last event before the gap.</param>
    /// <param name="Missing">Number of events that are no longer in the log.</param>
    private sealed record Gap(string After, long Missing);
}
