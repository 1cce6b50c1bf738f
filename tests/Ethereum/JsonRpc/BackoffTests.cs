using System.Net;
using System.Net.Http.Headers;
using Polly;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>
/// How long a call waits between its attempts when all of them fail. The waits are drawn, so what grows is what they are on average.
/// </summary>
public sealed class BackoffTests
{
    private const int Retries = 12;
    private const int Calls = 200;

    // Of no wait, so that the clock knows it.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(77);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["refused", "cut", "slow", "408", "429", "500", "502", "503", "rate limit"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_waits_of_a_call_that_fails_throughout_double_up_to_half_a_minute(string fault)
    {
        var clock = new ImpatientClock(RequestTimeout, timesOut: fault == "slow");
        var calls = new List<IReadOnlyList<TimeSpan>>();
        for (var call = 0; call < Calls; call++)
        {
            await CallAsync(fault, clock, Options());
            calls.Add(clock.Take());
        }

        calls.ShouldAllBe(waits => waits.Count == Retries);
        calls.SelectMany(waits => waits).ShouldAllBe(wait => wait >= TimeSpan.Zero && wait <= Longest);
        var means = Enumerable.Range(0, Retries).Select(attempt => calls.Average(waits => waits[attempt].TotalSeconds)).ToList();
        // Half a second at first; the second wait is less than twice the first on average, and the seventh is the first that the cap may
        // shorten.
        means[0].ShouldBeInRange(0.25, 0.75);
        for (var attempt = 1; attempt < 5; attempt++)
            (means[attempt + 1] / means[attempt]).ShouldBeInRange(1.5, 2.6, $"attempt {attempt}");
        calls.ShouldAllBe(waits => waits.Skip(6).Contains(Longest));
        means[^1].ShouldBeGreaterThan(25);
    }

    [Theory]
    [InlineData("429", 10, 10)]
    [InlineData("503", 10, 10)]
    [InlineData("429", 86_400, 30)]
    [InlineData("503", 86_400, 30)]
    [InlineData("429 with a date", 86_400, 30)]
    public async Task A_provider_that_names_the_wait_has_it_at_each_attempt_up_to_half_a_minute(string fault, int asked, int waited)
    {
        var clock = new ImpatientClock(RequestTimeout, timesOut: false);

        await CallAsync(fault, clock, Options(), TimeSpan.FromSeconds(asked));

        clock.Take().ShouldBe(Enumerable.Repeat(TimeSpan.FromSeconds(waited), Retries));
    }

    [Fact]
    public async Task A_call_with_the_default_settings_is_given_up_after_less_than_six_seconds_of_waits()
    {
        var clock = new ImpatientClock(RequestTimeout, timesOut: false);
        for (var call = 0; call < Calls; call++)
        {
            await CallAsync("500", clock, new EthereumOptions { RequestTimeout = RequestTimeout });
            var waits = clock.Take();
            waits.Count.ShouldBe(4);
            waits.Sum(wait => wait.TotalSeconds).ShouldBeLessThan(6);
        }
    }

    private static EthereumOptions Options() => new() { MaxRetries = Retries, RequestTimeout = RequestTimeout };

    private static async Task CallAsync(string fault, TimeProvider clock, EthereumOptions options, TimeSpan? retryAfter = null)
    {
        if (fault == "rate limit")
        {
            var limited = new ResiliencePipelineBuilder<string> { TimeProvider = clock }
                .AddRetry(JsonRpcResilience.RateLimit<string>(options, answer => answer == fault))
                .Build();
            (await limited.ExecuteAsync(_ => ValueTask.FromResult(fault), Cancel)).ShouldBe(fault);
            return;
        }

        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        JsonRpcResilience.Configure(builder, options);
        var context = ResilienceContextPool.Shared.Get(Cancel);
        var outcome = await builder
            .Build()
            .ExecuteOutcomeAsync(async (attempt, _) => await FailAsync(fault, retryAfter, attempt.CancellationToken), context, 0);
        ResilienceContextPool.Shared.Return(context);
        (outcome.Exception is not null || !outcome.Result!.IsSuccessStatusCode).ShouldBeTrue();
    }

    private static async Task<Outcome<HttpResponseMessage>> FailAsync(
        string fault,
        TimeSpan? retryAfter,
        CancellationToken cancellationToken
    )
    {
        switch (fault)
        {
            case "refused":
                return Outcome.FromException<HttpResponseMessage>(new HttpRequestException("connection refused"));
            case "cut":
                return Outcome.FromException<HttpResponseMessage>(new IOException("the response ended prematurely"));
            case "slow":
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                catch (OperationCanceledException exception)
                {
                    return Outcome.FromException<HttpResponseMessage>(exception);
                }

                break;
        }

        var answer = new HttpResponseMessage(
            (HttpStatusCode)int.Parse(fault.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture)
        )
        {
            Content = new StringContent("overloaded"),
        };
        if (retryAfter is { } wait)
            answer.Headers.RetryAfter = fault.Contains("date", StringComparison.Ordinal)
                ? new RetryConditionHeaderValue(DateTimeOffset.UtcNow + wait)
                : new RetryConditionHeaderValue(wait);
        return Outcome.FromResult(answer);
    }
}
