using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rollups.Api.Wire;

namespace Rollups.Api.Http;

/// <summary>Answers of the HTTP queries.</summary>
internal static class HttpAnswer
{
    public static async Task WriteAsync(HttpContext http, int status, object answer)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), WireJson.Http),
            http.RequestAborted
        );
    }

    /// <summary>Why a query has no answer.</summary>
    /// <param name="Error">What is wrong, and the remedy.</param>
    internal sealed record Problem(string Error);
}
