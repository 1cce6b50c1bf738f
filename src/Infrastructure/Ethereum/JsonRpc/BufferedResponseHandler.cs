namespace Rollups.Ethereum;

/// <summary>
/// Reads the whole answer inside the retries: without it their timeout ends with the headers, and a body that stalls or breaks off would neither
/// time out nor be asked for again.
/// </summary>
internal sealed class BufferedResponseHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
