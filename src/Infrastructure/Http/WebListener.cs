using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Settings;

namespace Rollups.Http;

/// <summary>
/// A small web server of its own inside a host, so that each part of a node has its own address and stops when that part stops. It reads
/// no configuration: its owner passes everything.
/// </summary>
public sealed class WebListener : IAsyncDisposable
{
    private readonly WebApplication _server;

    private WebListener(WebApplication server, IPEndPoint endPoint) => (_server, EndPoint) = (server, endPoint);

    /// <summary>Address it listens at, with the actual port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="purpose">Name for the errors, such as "health listener".</param>
    /// <param name="setting">Full name of the setting that has the address.</param>
    /// <param name="wanted">Address; port 0 chooses a free one.</param>
    /// <param name="largestBody">
    /// Largest body in bytes. Who reads a larger one gets a BadHttpRequestException with status 413, and the rest is discarded behind the
    /// answer. Null for a listener that reads no bodies.
    /// </param>
    /// <param name="limits">Sets Kestrel's other limits.</param>
    /// <param name="map">Adds the middleware and the end points; routing is added before it.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="hosts">Names under which it answers; by default those of loopback, if it listens there.</param>
    /// <exception cref="OperatorException">The address cannot be used.</exception>
    public static async Task<WebListener> StartAsync(
        string purpose,
        string setting,
        IPEndPoint wanted,
        long? largestBody,
        Action<KestrelServerOptions>? limits,
        Action<WebApplication> map,
        CancellationToken cancellationToken,
        AllowedHosts? hosts = null
    )
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(map);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "rollups" });
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                if (largestBody is { } bytes)
                    kestrel.Limits.MaxRequestBodySize = bytes + BodyLimit.Discarded;
                limits?.Invoke(kestrel);
                kestrel.Listen(wanted);
            });
        builder.Services.AddRoutingCore();
        var server = builder.Build();
        hosts ??= new AllowedHosts();
        server.Use(next => http => hosts.HandleAsync(http, wanted.Address, next));
        if (largestBody is { } limit)
            BodyLimit.Use(server, limit);
        map(server);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            throw new OperatorException(
                $"The {purpose} cannot use {wanted}, because another program listens there: stop that program, or choose another "
                    + $"address with {setting}.",
                exception
            );
        }
        catch (SocketException exception)
        {
            await server.DisposeAsync();
            throw new OperatorException(
                $"The {purpose} cannot use {wanted} ({exception.Message}): choose an address of this machine with {setting}.",
                exception
            );
        }

        return new WebListener(server, new IPEndPoint(wanted.Address, new Uri(server.Urls.First()).Port));
    }

    /// <summary>Stops accepting requests and ends those that are running.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
