using System.Net;
using Rollups.Advancer.Inspect;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Settings;

namespace Rollups.Cli.Inspect;

/// <summary>The Advancer's <c>POST /inspect</c>.</summary>
internal static class InspectAddress
{
    /// <summary>The most bytes of a query: the machine's receive buffer.</summary>
    public const int MaxQuery = 1 << 21;

    /// <summary>The address of the settings, as this machine reaches it.</summary>
    /// <exception cref="OperatorException">The section is invalid, or no process listens.</exception>
    public static Uri Of(IConfiguration configuration)
    {
        var options = configuration.GetSection(InspectOptions.Section).ReadValidated<InspectOptions>();
        if (!options.Enabled)
            throw new OperatorException(
                "Inspect:Enabled is false, so the node answers no queries: enable it, and start the Advancer anew."
            );
        return NodeUrl.Local(IPEndPoint.Parse(options.Address));
    }

    /// <summary>Asks.</summary>
    /// <exception cref="OperatorException">The node refuses the query.</exception>
    /// <exception cref="UnreachableException">Nobody answers there.</exception>
    public static async Task<InspectAnswer> AskAsync(
        Uri node,
        ApplicationKey application,
        byte[] query,
        CancellationToken cancellationToken
    )
    {
        // The node has its own limit, Inspect:Timeout, and a sentence for it.
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var address = NodeUrl.At(node, $"inspect/{Uri.EscapeDataString(application.ToString())}");
        using var content = new ByteArrayContent(query);
        return await NodeUrl.AskAsync(
            address,
            "the Advancer, with Inspect:Address or --url",
            async () =>
            {
                using var response = await http.PostAsync(address, content, cancellationToken);
                var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                return response.IsSuccessStatusCode
                    ? InspectAnswer.Parse(body)
                    : throw new OperatorException($"The node refused the query: {NodeUrl.Sentence(response, body)}");
            }
        );
    }
}
