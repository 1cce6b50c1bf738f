using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollups.Integration.Tests;

/// <summary>A collector of OTLP over gRPC on this machine, as far as spans are concerned; it takes metrics and forgets them.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    // Of a gRPC message: whether it is compressed, and its length.
    private const int FrameHeader = 5;

    private readonly ConcurrentQueue<OtlpSpan> _spans = [];
    private readonly WebApplication _server;

    private OtlpCollector(WebApplication server) => _server = server;

    /// <summary>All spans that it has received.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Its address, for <c>Telemetry:OtlpEndpoint</c>.</summary>
    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<OtlpCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)
        );
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var collector = new OtlpCollector(server);
        server.Run(collector.ReceiveAsync);
        await server.StartAsync(cancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var frame = body.ToArray().AsMemory();
        if (http.Request.Path == Traces)
        {
            frame.Span[0].ShouldBe((byte)0, "the exporter compresses");
            var length = BinaryPrimitives.ReadInt32BigEndian(frame.Span[1..]);
            foreach (var span in OtlpSpan.Read(frame.Slice(FrameHeader, length)))
                _spans.Enqueue(span);
        }

        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(new byte[FrameHeader], http.RequestAborted);
        http.Response.AppendTrailer("grpc-status", "0");
    }
}
