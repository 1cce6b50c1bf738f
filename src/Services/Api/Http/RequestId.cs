using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Rollups.Api.Http;

/// <summary>The id under which a client and the node's log name a request.</summary>
internal static partial class RequestId
{
    /// <summary>Header with the id, in requests and answers.</summary>
    public const string Header = "X-Request-ID";

    /// <summary>The client's id, if it is one, else a new one.</summary>
    public static string Of(HttpRequest request)
    {
        var sent = request.Headers[Header].ToString();
        return Form().IsMatch(sent) ? sent : Guid.NewGuid().ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:=/+-]{1,128}\z")]
    private static partial Regex Form();
}
