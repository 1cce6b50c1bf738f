using System.Net;
using System.Text;
using System.Text.Json;

namespace Rollups.Machines.Tests.Host;

/// <summary>A backend that does what a test says, one HTTP call at a time.</summary>
internal sealed class FakeBackend(string url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(url) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Asks for the next request; null if there was none in time.</summary>
    public async Task<JsonElement?> FinishAsync(string status = "accept", CancellationToken? cancellationToken = null)
    {
        using var content = Body($$"""{"status":"{{status}}"}""");
        using var answer = await _http.PostAsync(new Uri("/finish", UriKind.Relative), content, cancellationToken ?? Cancel);
        if (answer.StatusCode == HttpStatusCode.Accepted)
            return null;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
    }

    /// <summary>Asks until there is a request.</summary>
    public async Task<JsonElement> NextAsync(string status = "accept")
    {
        while (true)
        {
            if (await FinishAsync(status) is { } request)
                return request;
        }
    }

    /// <summary>Posts a body and returns status and text of the answer.</summary>
    public async Task<(int Status, string Text)> PostAsync(string path, string body)
    {
        using var content = Body(body);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public Task<(int Status, string Text)> NoticeAsync(string hex) => PostAsync("/notice", $$"""{"payload":"{{hex}}"}""");

    public Task<(int Status, string Text)> ReportAsync(string hex) => PostAsync("/report", $$"""{"payload":"{{hex}}"}""");

    public void Dispose() => _http.Dispose();

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
