namespace Rollups.Ethereum;

/// <summary>
/// Reads the whole answer inside the retries, and decompresses it: without it their timeout ends with the headers, and a body that stalls
/// or breaks off would neither time out nor be asked for again. An answer beyond the limit is given up before it fills the memory.
/// </summary>
/// <param name="mostBytes">Most bytes of a decompressed answer.</param>
internal sealed class BufferedResponseHandler(long mostBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
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
