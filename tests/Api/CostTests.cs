using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>What a request costs the database, and how much one may ask for.</summary>
public sealed class CostTests
{
    /// <summary>Lists of outputs by more than one filter, or several values of one.</summary>
    private static readonly object[] Together =
    [
        Having(["0xc258d6e5"], Seed.Callee, null),
        Having(["0x10321e8b"], Seed.Callee, null),
        Having(["0x237a816f"], Seed.Bob, null),
        Having(["0x237a816f"], Seed.Bob, false),
        Having(null, Seed.Callee, true),
        Having(null, Seed.Bob, false),
        Having(["0x237a816f"], null, true),
        Having(["0xc258d6e5"], null, true),
        Having(["0x01020304"], null, false),
        Having(["0x237a816f", "0xc258d6e5"], null, null),
        Having(["0x237a816f", "0xc258d6e5"], null, false),
        Having(["0x237a816f", "0x10321e8b", "0xc258d6e5"], null, true),
        Having(["0x237a816f", "0x10321e8b"], Seed.Callee, true),
    ];

    private static readonly (string Method, object Parameters)[] Requests =
    [
        ("cartesi_getEpoch", new { application = "echo", epoch_index = "0x3" }),
        ("cartesi_getLastAcceptedEpochIndex", new { application = "echo" }),
        ("cartesi_listEpochs", new { application = "echo", limit = 5 }),
        (
            "cartesi_listEpochs",
            new
            {
                application = "echo",
                from = "0x3",
                to = "0x7",
            }
        ),
        ("cartesi_listEpochs", new { application = "echo", status = "OPEN" }),
        (
            "cartesi_listEpochs",
            new
            {
                application = "echo",
                status = new[] { "OPEN", "CLAIM_ACCEPTED" },
                descending = true,
            }
        ),
        ("cartesi_listInputs", new { application = "echo", descending = true }),
        ("cartesi_listInputs", new { application = "echo", epoch_index = "0x3" }),
        ("cartesi_listInputs", new { application = "echo", sender = $"{Seed.Alice}" }),
        ("cartesi_listInputs", new { application = "echo", transaction_hash = $"{Seed.HashOf(101)}" }),
        ("cartesi_listOutputs", new { application = "echo" }),
        ("cartesi_listOutputs", new { application = "echo", epoch_index = "0x3" }),
        ("cartesi_listOutputs", new { application = "echo", input_index = "0x0" }),
        ("cartesi_listOutputs", new { application = "echo", output_type = "0x237a816f" }),
        ("cartesi_listOutputs", new { application = "echo", voucher_address = $"{Seed.Callee}" }),
        ("cartesi_listOutputs", new { application = "echo", executed = true }),
        .. Together.Select(parameters => ("cartesi_listOutputs", parameters)),
        (
            "cartesi_listInputs",
            new
            {
                application = "echo",
                sender = $"{Seed.Alice}",
                transaction_hash = $"{Seed.HashOf(101)}",
            }
        ),
        ("cartesi_getExecutedOutputCount", new { application = "echo" }),
        ("cartesi_getPendingExecutableOutputCount", new { application = "echo" }),
        ("cartesi_listReports", new { application = "echo", input_index = "0x1" }),
        ("cartesi_listTournaments", new { application = "dave" }),
        ("cartesi_listTournaments", new { application = "dave", parent_tournament_address = $"{Seed.Root}" }),
        ("cartesi_listCommitments", new { application = "dave" }),
        ("cartesi_listMatches", new { application = "dave", tournament_address = $"{Seed.Root}" }),
    ];

    /// <summary>A page of a history twenty times as long takes the same statements, none of which reads a table from end to end.</summary>
    [Fact]
    public async Task A_request_takes_few_statements_each_by_an_index_and_no_more_with_a_longer_history()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var before = await StatementsAsync(api);
        await api.Host.ChangeAsync(async db =>
        {
            var echo = await db.Applications.SingleAsync(app => app.Name == "echo", TestContext.Current.CancellationToken);
            for (var input = 3UL; input < 60; input++)
            {
                db.Add(Seed.NewInput(echo.Id, 7, input, Seed.Bob, InputStatus.None));
                await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            }
        });
        var after = await StatementsAsync(api);

        for (var i = 0; i < Requests.Length; i++)
        {
            after[i].Count.ShouldBe(before[i].Count, Requests[i].ToString());
            after[i].Count.ShouldBeLessThanOrEqualTo(6, Requests[i].ToString());
            foreach (var statement in after[i])
                (await ScansAsync(api, statement)).ShouldBeEmpty($"{Requests[i]}: {statement.Sql}");
        }
    }

    /// <summary>Another text would be translated and planned anew.</summary>
    [Fact]
    public async Task The_text_of_a_statement_is_the_same_for_every_limit_and_offset()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        (string Method, string Filter)[] lists =
        [
            ("cartesi_listInputs", ""),
            ("cartesi_listInputs", $"\"sender\":\"{Seed.Alice}\","),
            ("cartesi_listOutputs", "\"output_type\":\"0xc258d6e5\","),
            ("cartesi_listOutputs", "\"output_type\":[\"0x237a816f\",\"0x10321e8b\",\"0xc258d6e5\"],"),
            ("cartesi_listOutputs", "\"executed\":false,"),
            ("cartesi_listEpochs", "\"status\":[\"OPEN\",\"CLOSED\",\"CLAIM_ACCEPTED\"],"),
        ];
        foreach (var (method, filter) in lists)
        {
            var texts = new List<IEnumerable<string>>();
            foreach (var page in (string[])["\"limit\":1,\"offset\":0", "\"limit\":7,\"offset\":0"])
            {
                api.Commands.Take();
                var call =
                    $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{"application":"echo",{{{filter}}}{{{page}}}}}""";
                (await api.JsonAsync(call))["result"].ShouldNotBeNull(call);
                texts.Add([.. api.Commands.Take().Select(statement => statement.Sql)]);
            }

            texts[1].ShouldBe(texts[0], $"{method} {filter}");
        }
    }

    [Fact]
    public async Task A_page_that_no_answer_could_hold_is_refused_before_its_rows_are_read()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        await api.Host.ChangeAsync(async db =>
        {
            var echo = await db.Applications.SingleAsync(app => app.Name == "echo", TestContext.Current.CancellationToken);
            for (var index = 2UL; index < 8; index++)
            {
                var report = Seed.NewReport(echo.Id, 3, 1, index);
                report.RawData = new byte[1024 * 1024];
                db.Add(report);
                await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            }
        });
        api.Commands.Take();
        (await api.ErrorAsync("cartesi_listReports", new { application = "echo" })).ShouldBe(-31003);
        foreach (var statement in api.Commands.Take())
            (await BodiesAsync(api, statement)).ShouldBe(0, statement.Sql);
        (await api.ResultAsync("cartesi_listReports", new { application = "echo", offset = 4 }))["data"]!.AsArray().Count.ShouldBe(4);

        // Within a batch the budget is shared: what no longer fits is refused, and so is everything behind it.
        var one = """{"jsonrpc":"2.0","method":"cartesi_listReports","params":{"application":"echo","offset":4},"id":1}""";
        var last = """{"jsonrpc":"2.0","method":"cartesi_getChainId","id":2}""";
        var answers = (await api.JsonAsync($"[{one},{one},{last}]")).AsArray();
        answers.Select(answer => answer!["error"]?["code"]?.GetValue<int>()).ShouldBe([null, -31003, -31003]);
    }

    [Fact]
    public async Task A_request_out_of_time_ends_with_its_code()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:RequestTimeout", "00:00:00.1"));
        await Seed.AllAsync(api.Host);
        api.Commands.Delay = TimeSpan.FromMinutes(3);
        (await api.ErrorAsync("cartesi_listInputs", new { application = "echo" })).ShouldBe(-32070);
    }

    private static async Task<List<IReadOnlyList<RecordedCommands.Statement>>> StatementsAsync(ApiHost api)
    {
        var all = new List<IReadOnlyList<RecordedCommands.Statement>>();
        foreach (var (method, parameters) in Requests)
        {
            api.Commands.Take();
            await api.ResultAsync(method, parameters);
            all.Add(api.Commands.Take());
        }

        return all;
    }

    /// <summary>How many bodies of reports a statement returns.</summary>
    private static async Task<int> BodiesAsync(ApiHost api, RecordedCommands.Statement statement)
    {
        await using var connection = new SqliteConnection(await ConnectionStringAsync(api));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statement.Sql;
        foreach (var (name, value) in statement.Parameters)
            command.Parameters.AddWithValue(name, value);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var hasBody = Enumerable.Range(0, reader.FieldCount).Any(column => reader.GetName(column) == "raw_data");
        var count = 0;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            count += hasBody ? 1 : 0;
        return count;
    }

    /// <summary>Steps of SQLite's plan that walk through a table or sort a result of unknown length.</summary>
    private static async Task<List<string>> ScansAsync(ApiHost api, RecordedCommands.Statement statement) =>
        // A table is named as "table" AS "alias"; a subquery, whose own steps have their lines, as ) AS "alias".
        (await PlanAsync(api, statement)).FindAll(step =>
            step.StartsWith("SCAN ", StringComparison.Ordinal)
            && statement.Sql.Contains($"\" AS \"{step.Split(' ')[1]}\"", StringComparison.Ordinal)
        );

    /// <summary>The steps of SQLite's plan.</summary>
    internal static async Task<List<string>> PlanAsync(ApiHost api, RecordedCommands.Statement statement)
    {
        await using var connection = new SqliteConnection(await ConnectionStringAsync(api));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + statement.Sql;
        foreach (var (name, value) in statement.Parameters)
            command.Parameters.AddWithValue(name, value);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var steps = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            steps.Add(reader.GetString(3));
        return steps;
    }

    private static object Having(string[]? types, Address? destination, bool? executed) =>
        new
        {
            application = "echo",
            output_type = types,
            voucher_address = destination?.ToString(),
            executed,
        };

    private static Task<string> ConnectionStringAsync(ApiHost api) =>
        api.Host.ReadAsync(db => Task.FromResult(db.Database.GetDbConnection().ConnectionString));
}
