namespace Rollups.MortalNode;

/// <summary>Outermost of the handlers of calls to the L1 node: sees the answer when it is there as a whole, before the node does.</summary>
internal sealed class DeathAfterSending(Death death) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isTransaction =
            request.Content is { } content
            && (await content.ReadAsStringAsync(cancellationToken)).Contains("eth_sendRawTransaction", StringComparison.Ordinal);
        var response = await base.SendAsync(request, cancellationToken);
        if (
            isTransaction && !(await response.Content.ReadAsStringAsync(cancellationToken)).Contains("\"error\"", StringComparison.Ordinal)
        )
            death.Sent();
        return response;
    }
}
