using System.Net;
using Microsoft.Extensions.Logging;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>What the log has of requests that the node could not answer.</summary>
public sealed class FailureLogTests
{
    private static readonly string[] Paths = ["pipeline", "epochs", "events?application=echo"];

    /// <summary>An open page asks every few seconds, and a program more often.</summary>
    [Fact]
    [NeedsServers]
    public async Task During_an_outage_of_the_database_requests_add_no_error_to_its_sentence()
    {
        await using var api = await FailAsync(
            DatabaseKind.Postgresql,
            "DO $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$"
        );
        api.Host.Log.Of(LogLevel.Error).ShouldBeEmpty();
        api.Host.Log.Of(LogLevel.Warning).ShouldAllBe(line => line.StartsWith("The database is unavailable"));
        Told(api, LogLevel.Debug).ShouldBe(Paths.Length + 1);
    }

    [Fact]
    public async Task Every_other_failure_is_an_error()
    {
        await using var api = await FailAsync(DatabaseKind.Sqlite, "SELECT nothing");
        Told(api, LogLevel.Error).ShouldBe(Paths.Length + 1);
    }

    private static int Told(ApiHost api, LogLevel level) =>
        api.Host.Log.Of(level).Count(line => line.StartsWith("The API could not answer request", StringComparison.Ordinal));

    private static async Task<ApiHost> FailAsync(DatabaseKind kind, string statement)
    {
        var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        api.Commands.Instead = statement;
        (await api.ErrorAsync("cartesi_listInputs", new { application = "echo" })).ShouldBe(-32603);
        foreach (var path in Paths)
        {
            using var answer = await api.SendAsync(HttpMethod.Get, path);
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError, path);
        }

        api.Commands.Instead = null;
        return api;
    }
}
