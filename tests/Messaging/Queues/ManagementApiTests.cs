using System.Net;
using System.Text;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Queues;

/// <summary>What the management API may answer, and what an operator reads about it.</summary>
public sealed class ManagementApiTests : IDisposable
{
    private const string Password = "do-not-tell";

    private readonly HttpListener _listener = new();
    private readonly string _address = $"http://127.0.0.1:{Devnet.AnvilProcess.FreePort()}";

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => ((IDisposable)_listener).Dispose();

    [Theory]
    [InlineData(
        401,
        "{}",
        "it refuses the user of Messaging:RabbitMq:Username (401): give that user the tag 'management' and access to the virtual host"
    )]
    [InlineData(404, "{}", "it has no such virtual host (404)")]
    [InlineData(307, "", "it answers 307")]
    [InlineData(500, "", "it answers 500")]
    [InlineData(200, "<html>", "its answer is not a list of queues")]
    [InlineData(200, "{}", "its answer is not a list of queues")]
    [InlineData(200, "[1]", "its answer is not a list of queues")]
    [InlineData(200, "[{}]", "its answer is not a list of queues")]
    public async Task What_is_no_list_of_queues_is_told_in_one_sentence(int status, string body, string sentence)
    {
        var asking = AskAsync();
        await AnswerAsync(status, body);
        (await Should.ThrowAsync<ManagementException>(() => asking))
            .ToString()
            .ShouldSatisfyAllConditions(said => said.ShouldContain(sentence), said => said.ShouldNotContain(Password));
    }

    [Fact]
    public async Task An_endless_answer_is_given_up()
    {
        var asking = AskAsync();
        var context = await _listener.GetContextAsync().WaitAsync(Cancel);
        _ = FloodAsync(context.Response);
        (await Should.ThrowAsync<ManagementException>(() => asking)).Message.ShouldBe("its answer is not a list of queues");
    }

    [Fact]
    public async Task Nobody_listens_is_told_so() =>
        (await Should.ThrowAsync<ManagementException>(() => new ManagementApi(Options()).QueuesAsync(Cancel))).Message.ShouldBe(
            "it cannot be reached"
        );

    [Fact]
    public async Task A_queue_without_statistics_counts_as_empty_and_of_no_age()
    {
        var asking = AskAsync();
        var request = await AnswerAsync(
            200,
            """
            [
              {"name":"a"},
              {"name":"b","messages_ready":7,"messages_unacknowledged":2,"consumers":1,"head_message_timestamp":1767355200},
              {"name":"c","head_message_timestamp":""}
            ]
            """
        );

        (await asking).ShouldBe([
            new("a", 0, 0, 0, null),
            new("b", 7, 2, 1, new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero)),
            new("c", 0, 0, 0, null),
        ]);
        request.RawUrl.ShouldStartWith("/prefix/api/queues/%2F?columns=name,");
        request.Headers["Authorization"].ShouldBe("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("rollups:" + Password)));
    }

    private Task<IReadOnlyList<QueueState>> AskAsync()
    {
        _listener.Prefixes.Add(_address + "/");
        _listener.Start();
        return new ManagementApi(Options()).QueuesAsync(Cancel);
    }

    private RabbitMqOptions Options() =>
        new()
        {
            ManagementAddress = _address + "/prefix/",
            Username = "rollups",
            Password = Password,
        };

    private async Task<HttpListenerRequest> AnswerAsync(int status, string body)
    {
        var context = await _listener.GetContextAsync().WaitAsync(Cancel);
        context.Response.StatusCode = status;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), Cancel);
        context.Response.Close();
        return context.Request;
    }

    private static async Task FloodAsync(HttpListenerResponse response)
    {
        var part = new byte[64 * 1024];
        try
        {
            while (true)
                await response.OutputStream.WriteAsync(part);
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The caller has had enough.
        }
    }
}
