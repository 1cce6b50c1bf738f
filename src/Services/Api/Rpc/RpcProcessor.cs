using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rollups.Api.Wire;
using Rollups.Persistence;

namespace Rollups.Api.Rpc;

/// <summary>Answers the body of an HTTP request: one request or a batch, in order, each with a result or an error.</summary>
internal sealed partial class RpcProcessor(
    RpcMethods methods,
    ApiOptions options,
    IDatabaseProvider database,
    ILogger<RpcProcessor> logger
)
{
    // Strings of requests are short; arrays within arrays would only cost stack.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    /// <summary>Writes the answer, as bytes of JSON.</summary>
    /// <param name="body">The body, not empty.</param>
    /// <param name="answers">Takes the answer; empty.</param>
    /// <param name="db">Database of the HTTP request.</param>
    /// <param name="requestId">Id of the HTTP request, for the log.</param>
    /// <param name="cancellationToken">Ends when the client leaves, or when the time is up.</param>
    public async Task AnswerAsync(
        ReadOnlyMemory<byte> body,
        AnswerBuffer answers,
        RollupsDbContext db,
        string requestId,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var document = JsonDocument.Parse(body, Reading);
            var turn = new Turn(answers, db, requestId);
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                await AnswerBatchAsync(document.RootElement, turn, cancellationToken);
            else
                await AnswerOneAsync(document.RootElement, turn, cancellationToken);
        }
        catch (JsonException)
        {
            WriteError(answers, default, new RpcException(RpcErrors.Parse, "The body is not JSON that a request can be."));
        }
    }

    private async Task AnswerBatchAsync(JsonElement batch, Turn turn, CancellationToken cancellationToken)
    {
        var count = batch.GetArrayLength();
        if (count is 0 or > RpcLimits.BatchRequests)
        {
            var message = $"A batch has 1 to {RpcLimits.BatchRequests} requests, not {count}.";
            WriteError(turn.Answers, default, new RpcException(RpcErrors.BatchSize, message));
            return;
        }

        if (ItemsAskedBy(batch) is > RpcLimits.BatchItems and var items)
        {
            var message = $"The lists of the batch ask for {items} items, at most {RpcLimits.BatchItems} are allowed: lower their limits.";
            WriteError(turn.Answers, default, new RpcException(RpcErrors.TooMuchWork, message));
            return;
        }

        var separator = "["u8.ToArray();
        foreach (var request in batch.EnumerateArray())
        {
            turn.Answers.Append(separator);
            separator = ","u8.ToArray();
            await AnswerOneAsync(request, turn, cancellationToken);
        }

        turn.Answers.Append("]"u8);
    }

    private async Task AnswerOneAsync(JsonElement sent, Turn turn, CancellationToken cancellationToken)
    {
        var (answers, begin) = (turn.Answers, turn.Answers.Length);
        JsonElement id = default;
        try
        {
            var request = RpcRequest.Read(sent, out id);
            if (turn.IsFull)
                throw new AnswerTooLargeException();
            var method =
                methods.Find(request.Method)
                ?? throw new RpcException(RpcErrors.MethodUnknown, $"There is no method '{Domain.Hex.Clip(request.Method)}'.");
            var result = await method.Answer(new RpcCall(request.ArgumentsOf(method), turn.Db, cancellationToken));
            WriteResult(answers, id, result);
        }
        catch (RpcException refused)
        {
            turn.IsFull |= refused.Code == RpcErrors.AnswerTooLarge;
            answers.CutTo(begin);
            WriteError(answers, id, refused);
        }
        catch (AnswerTooLargeException)
        {
            turn.IsFull = true;
            answers.CutTo(begin);
            var message = $"The answers would have more than {RpcLimits.AnswerBytes} bytes: ask for fewer items.";
            WriteError(answers, id, new RpcException(RpcErrors.AnswerTooLarge, message));
        }
        catch (Exception exception) when (exception is OperationCanceledException || cancellationToken.IsCancellationRequested)
        {
            answers.CutTo(begin);
            var message = $"The request's {options.RequestTimeout.TotalSeconds:0.#} s are up.";
            WriteError(answers, id, new RpcException(RpcErrors.OutOfTime, message));
        }
        catch (Exception exception)
        {
            var level = LoggedOutage.LevelOf(exception, LogLevel.Error);
            var reason = database.Explain(exception) ?? exception.Message;
            var fault = database.FailureOf(exception) is null ? exception : null;
            LogFailed(level, turn.RequestId, reason, fault);
            answers.CutTo(begin);
            WriteError(answers, id, new RpcException(RpcErrors.Internal, "The node failed; its log has the cause."));
        }
    }

    /// <summary>Sum of the pages that a batch asks for. Requests that will be refused anyway count nothing.</summary>
    private long ItemsAskedBy(JsonElement batch)
    {
        long items = 0;
        foreach (var sent in batch.EnumerateArray())
        {
            try
            {
                var request = RpcRequest.Read(sent, out _);
                if (methods.Find(request.Method) is { IsList: true } method)
                    items += new RpcCall(request.ArgumentsOf(method), null!, default).Page.Limit;
            }
            catch (RpcException)
            {
                // It gets its error in its turn.
            }
        }

        return items;
    }

    private static void WriteResult(AnswerBuffer answers, JsonElement id, object result)
    {
        using var writer = new Utf8JsonWriter(answers);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WritePropertyName("result");
        JsonSerializer.Serialize(writer, result, result.GetType(), WireJson.Rpc);
        WriteId(writer, id);
        writer.WriteEndObject();
    }

    private void WriteError(AnswerBuffer answers, JsonElement id, RpcException refused)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteStartObject("error");
            writer.WriteNumber("code", options.LegacyErrorCodes ? RpcErrors.Legacy(refused.Code) : refused.Code);
            writer.WriteString("message", refused.Message);
            writer.WriteEndObject();
            WriteId(writer, id);
            writer.WriteEndObject();
        }

        answers.Append(bytes.WrittenSpan);
    }

    private static void WriteId(Utf8JsonWriter writer, JsonElement id)
    {
        writer.WritePropertyName("id");
        if (id.ValueKind == JsonValueKind.Undefined)
            writer.WriteNullValue();
        else
            id.WriteTo(writer);
    }

    /// <summary>What the requests of a batch share.</summary>
    private sealed record Turn(AnswerBuffer Answers, RollupsDbContext Db, string RequestId)
    {
        /// <summary>Whether an answer was too large, so that all later ones are refused.</summary>
        public bool IsFull { get; set; }
    }

    [LoggerMessage(
        EventId = 1,
        Message = "The API could not answer request {RequestId}: {Reason}. The client got error -32603; the node's work goes on, and the "
            + "next request is answered anew."
    )]
    private partial void LogFailed(LogLevel level, string requestId, string reason, Exception? exception);
}
