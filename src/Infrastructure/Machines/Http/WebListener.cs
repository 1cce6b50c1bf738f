using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Machines;

/// <summary>A small web server of its own beside the services, without their configuration and their log.</summary>
public sealed class WebListener : IAsyncDisposable
{
    private readonly WebApplication _server;

    private WebListener(WebApplication server, IPEndPoint endPoint) => (_server, EndPoint) = (server, endPoint);

    /// <summary>Address it listens at, with the actual port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="wanted">Address; port 0 chooses a free one.</param>
    /// <param name="maxBody">Longest body of a request, in bytes; a longer one is refused with 413.</param>
    /// <param name="map">Adds the paths.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="WebListenerException">The address is in use, or not one of this machine.</exception>
    public static async Task<WebListener> StartAsync(
        IPEndPoint wanted,
        long maxBody,
        Action<IEndpointRouteBuilder> map,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(map);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "rollups-node" });
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = maxBody;
                kestrel.Listen(wanted);
            });
        builder.Services.AddRoutingCore();
        var server = builder.Build();
        server.UseRouting();
        map(server);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            throw new WebListenerException("another program listens there", exception);
        }
        catch (SocketException exception)
        {
            await server.DisposeAsync();
            throw new WebListenerException(exception.Message, exception);
        }

        return new WebListener(server, new IPEndPoint(wanted.Address, new Uri(server.Urls.First()).Port));
    }

    /// <summary>Stops to listen; requests that run are given until the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>An address cannot be listened at; the message is the cause, without a full stop.</summary>
public sealed class WebListenerException(string message, Exception innerException) : Exception(message, innerException);
