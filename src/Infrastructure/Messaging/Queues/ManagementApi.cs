using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rollups.Messaging;

/// <summary>RabbitMQ's management API: all queues of the virtual host in one request, whatever their length.</summary>
public sealed class ManagementApi : IDisposable
{
    private const int MaxAnswer = 8 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly Uri _queues;

    /// <param name="options">Options with a management address.</param>
    public ManagementApi(RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = options.ManagementAddress.TrimEnd('/');
        Address = server;
        _queues = new Uri(
            $"{server}/api/queues/{Uri.EscapeDataString(options.VirtualHost)}?columns=name,"
                + "messages_ready,messages_unacknowledged,consumers,head_message_timestamp"
        );
        // The password goes to the configured address and nowhere else.
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            }
        )
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}"))
        );
    }

    /// <summary>The configured address, without user and password.</summary>
    public string Address { get; }

    /// <summary>Every queue of the virtual host.</summary>
    /// <exception cref="ManagementException">It cannot be reached, it refuses, or its answer cannot be read.</exception>
    public async Task<IReadOnlyList<QueueState>> QueuesAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(_queues, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new ManagementException(Refusal(answer.StatusCode));
            using var content = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return [.. content.RootElement.EnumerateArray().Select(Read)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ManagementException($"it does not answer within {Timeout.TotalSeconds:0} seconds");
        }
        // The texts of network failures differ from attempt to attempt. One sentence for all keeps the log to one line.
        catch (Exception exception)
            when (exception
                    is HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded }
                        or IOException
                        or SocketException
            )
        {
            throw new ManagementException("it cannot be reached");
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ManagementException))
        {
            throw new ManagementException("its answer is not a list of queues");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string Refusal(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"it refuses the user of Messaging:RabbitMq:Username ({(int)status}): give that user the tag 'management' and "
                    + $"access to the virtual host",
            HttpStatusCode.NotFound => "it has no such virtual host (404)",
            _ => $"it answers {(int)status}",
        };

    private static QueueState Read(JsonElement queue) =>
        new(
            queue.GetProperty("name").GetString() ?? "",
            Number(queue, "messages_ready") ?? 0,
            Number(queue, "messages_unacknowledged") ?? 0,
            Number(queue, "consumers") ?? 0,
            Number(queue, "head_message_timestamp") is > 0 and <= 253_402_300_799 and var seconds
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null
        );

    /// <summary>Null if the broker has no statistics of the queue yet, or does not report this one.</summary>
    private static long? Number(JsonElement queue, string name) =>
        queue.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
