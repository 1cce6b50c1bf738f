using System.Net.Sockets;

namespace Rollups.Ethereum;

/// <summary>
/// Reads and decompresses the whole response inside the retries: otherwise their timeout would end with the headers, and a body that
/// stalls or breaks off would neither time out nor be retried. A response over the limit is abandoned before it fills the memory. A bare
/// socket error becomes the HTTP error that it is, so that the retries see one kind of failure.
/// </summary>
/// <param name="mostBytes">Maximum bytes of a decompressed response.</param>
internal sealed class BufferedResponseHandler(long mostBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        // .NET asks a new connection for its remote address outside of its own error handling: an endpoint that accepts and resets at
        // once ends the request with this exception.
        catch (SocketException exception)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(mostBytes, cancellationToken);
            return response;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            response.Dispose();
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "the compressed answer is damaged", exception);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
