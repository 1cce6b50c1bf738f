using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Benchmarks;

/// <summary>The L1 client against an endpoint that answers at once: what reading, encoding and signing cost the node itself.</summary>
internal static class L1Client
{
    private const int Logs = 1000;
    private const int Calls = 100;
    private const int Inputs = 10_000;
    private const int PayloadBytes = 256;
    private const int Rounds = 30;

    private static readonly Address Application = Address.Parse("0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e");

    public static async Task RunAsync(Report report)
    {
        await using var endpoint = await StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Ethereum:HttpEndpoint"] = endpoint.Urls.Single(),
            ["Ethereum:ChainId"] = "31337",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        await using var services = new ServiceCollection().AddLogging().AddEthereum(configuration).BuildServiceProvider();
        var client = services.GetRequiredService<IEthereumClient>();
        var signer = new PrivateKeySigner(Keccak256.Hash("benchmark"u8).ToByteArray());
        var claim = ConsensusContract.SubmitClaim(Application, 9, Hash32.Zero);
        var fees = new TransactionFees(2_000_000_000, 1, IsLegacy: false);
        var transaction = new UnsignedTransaction(31337, 1, Application, 0, claim, 100_000, fees);
        var advance = new EvmAdvance(31337, Application, Application, 1, 2, Hash32.Zero, 3, new byte[PayloadBytes]);

        List<string[]> rows =
        [
            ["what", "median us", "KiB allocated"],
        ];
        rows.Add(await MedianAsync($"eth_getLogs of {Logs} inputs, decoded", Rounds, () => CatchUpAsync(client, Logs)));
        rows.Add(
            await MedianAsync(
                $"{Calls} eth_calls in one request",
                Rounds,
                () =>
                {
                    var calls = Enumerable.Range(0, Calls).Select(_ => InputBoxContract.GetNumberOfInputs(Application, Application));
                    return client.CallManyAsync([.. calls], BlockTag.Latest, CancellationToken.None);
                }
            )
        );
        rows.Add(await MedianAsync($"catch-up of {Inputs} inputs from logs", 5, () => CatchUpAsync(client, Inputs)));
        rows.Add(
            await MedianAsync(
                "100 signatures",
                Rounds,
                async () =>
                {
                    for (var i = 0; i < 100; i++)
                        await signer.SignAsync(transaction, CancellationToken.None);
                }
            )
        );
        rows.Add(
            await MedianAsync(
                "1000 submitClaim calls encoded",
                Rounds,
                () => Repeat(() => ConsensusContract.SubmitClaim(Application, 9, Hash32.Zero))
            )
        );
        rows.Add(await MedianAsync($"1000 EvmAdvance of {PayloadBytes} B encoded", Rounds, () => Repeat(() => advance.Encode())));
        report.Table("The L1 client, with an endpoint that answers at once", [.. rows]);
    }

    private static Task Repeat(Action act)
    {
        for (var i = 0; i < 1000; i++)
            act();
        return Task.CompletedTask;
    }

    /// <summary>A log in each block, a thousand blocks a request, as a reader far behind asks.</summary>
    private static async Task CatchUpAsync(IEthereumClient client, int inputs)
    {
        var read = 0;
        for (var block = 0; block < inputs; block += Logs)
        {
            var filter = new LogFilter(
                [Application],
                [
                    [InputBoxContract.InputAddedTopic],
                ],
                (ulong)block,
                (ulong)(block + Logs - 1)
            );
            var logs = await client.GetLogsAsync(filter, CancellationToken.None);
            read += logs.Count(log => EvmAdvance.Decode(InputBoxContract.DecodeInputAdded(log).Data).Payload.Length == PayloadBytes);
        }

        if (read != inputs)
            throw new InvalidOperationException($"{read} of {inputs} inputs were read.");
    }

    /// <summary>The first rounds only warm up.</summary>
    private static async Task<string[]> MedianAsync(string what, int rounds, Func<Task> runAsync)
    {
        var times = new List<TimeSpan>();
        var allocated = 0L;
        for (var round = -rounds / 2; round < rounds; round++)
        {
            var (before, began) = (GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
            await runAsync();
            if (round < 0)
                continue;
            times.Add(Stopwatch.GetElapsedTime(began));
            allocated += GC.GetTotalAllocatedBytes() - before;
        }

        var median = new Distribution(times).Percentile(0.5);
        return
        [
            what,
            median.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture),
            (allocated / rounds / 1024).ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var endpoint = builder.Build();
        var answers = Enumerable.Range(0, Inputs / Logs).Select(part => Logs1000(part * Logs)).ToArray();
        endpoint.Run(async context =>
        {
            var request = (await JsonNode.ParseAsync(context.Request.Body))!;
            context.Response.ContentType = "application/json";
            if (request is JsonArray batch)
            {
                var number = "0x" + new string('0', 63) + "7";
                var results = new JsonArray([.. batch.Select(call => (JsonNode)Answer(call!["id"]!, JsonValue.Create(number)))]);
                await context.Response.WriteAsync(results.ToJsonString());
                return;
            }

            var from = Convert.ToInt32((string)request["params"]![0]!["fromBlock"]!, 16);
            var id = request["id"]!.ToJsonString();
            await context.Response.WriteAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{answers[from / Logs]}}}");
        });
        await endpoint.StartAsync();
        return endpoint;
    }

    private static JsonObject Answer(JsonNode id, JsonNode result) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id.DeepClone(),
            ["result"] = result,
        };

    private static string Logs1000(int first)
    {
        var text = new StringBuilder("[");
        var hash = Keccak256.Hash("block"u8).ToString();
        var (signature, application) = (InputBoxContract.InputAddedTopic, InputBoxContract.ApplicationTopic(Application));
        for (var index = first; index < first + Logs; index++)
        {
            var topic = new byte[32];
            BinaryPrimitives.WriteInt32BigEndian(topic.AsSpan(28), index);
            var input = new EvmAdvance(31337, Application, Application, index, 2, Hash32.Zero, index, new byte[PayloadBytes]).Encode();
            // InputAdded carries one byte string: so does a notice, behind its selector.
            var data = Outputs.Notice(input)[4..];
            text.Append(index == first ? "" : ",")
                .Append(
                    CultureInfo.InvariantCulture,
                    $$"""
                    {"address":"{{Application}}",
                     "topics":["{{signature}}","{{application}}","{{new Hash32(topic)}}"],
                     "data":"{{Hex.Encode(data)}}","blockNumber":"0x{{index:x}}","blockHash":"{{hash}}","transactionHash":"{{hash}}",
                     "transactionIndex":"0x0","logIndex":"0x0","removed":false}
                    """
                );
        }

        return text.Append(']').ToString();
    }
}
