using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class SqliteWriteGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_go_on_while_a_transaction_is_open_and_see_what_is_committed()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var (writer, reader) = (database.NewContext(), database.NewContext());
        await using var transaction = await writer.Database.BeginTransactionAsync(Token);
        await Seed.ApplicationAsync(writer);

        (await reader.Applications.CountAsync(Token)).ShouldBe(0);
        await transaction.CommitAsync(Token);
        (await reader.Applications.CountAsync(Token)).ShouldBe(1);
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("rollback")]
    [InlineData("dispose")]
    [InlineData("dispose on an open connection")]
    [InlineData("failure")]
    public async Task The_next_writer_enters_however_a_transaction_ends(string end)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var first = database.NewContext();
        if (end == "dispose on an open connection")
            await first.Database.OpenConnectionAsync(Token);
        var transaction = await first.Database.BeginTransactionAsync(Token);
        var next = database.NewContext().Database.BeginTransactionAsync(Token);
        next.IsCompleted.ShouldBeFalse();

        if (end == "commit")
            await transaction.CommitAsync(Token);
        else if (end == "rollback")
            await transaction.RollbackAsync(Token);
        else if (end == "failure")
            await Should.ThrowAsync<Exception>(() => first.Database.ExecuteSqlRawAsync("INSERT INTO nowhere VALUES (1)", Token));
        if (end != "commit" && end != "rollback")
            await transaction.DisposeAsync();

        await (await next).CommitAsync(Token);
    }

    [Fact]
    public async Task A_writer_that_gives_up_waiting_leaves_its_place_to_others()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var transaction = await database.NewContext().Database.BeginTransactionAsync(Token);
        using var impatient = new CancellationTokenSource();
        var abandoned = database.NewContext().Database.BeginTransactionAsync(impatient.Token);
        var patient = database.NewContext().Database.BeginTransactionAsync(Token);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => abandoned);
        await transaction.CommitAsync(Token);

        await (await patient).CommitAsync(Token);
    }

    [Fact]
    public async Task Statements_without_a_transaction_queue_as_well()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await Seed.ApplicationAsync(database.NewContext());
        var transaction = await database.NewContext().Database.BeginTransactionAsync(Token);

        var update = database.NewContext().Applications.ExecuteUpdateAsync(set => set.SetProperty(app => app.ProcessedInputs, 5UL), Token);
        update.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync(Token);

        (await update).ShouldBe(1);
        await Should.ThrowAsync<Exception>(() => database.NewContext().Database.ExecuteSqlRawAsync("UPDATE nowhere SET x = 1", Token));
        await Seed.ApplicationAsync(database.NewContext());
    }

    [Fact]
    public async Task Hosts_of_one_process_share_the_gate_of_a_file_and_files_do_not_share_gates()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var sameFile = database.Another();
        await using var otherFile = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var transaction = await database.NewContext().Database.BeginTransactionAsync(Token);

        var waiting = sameFile.NewContext().Database.BeginTransactionAsync(Token);
        await (await otherFile.NewContext().Database.BeginTransactionAsync(Token)).CommitAsync(Token);

        waiting.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync(Token);
        await (await waiting).CommitAsync(Token);
    }

    [Fact]
    public async Task Every_connection_writes_ahead_and_holds_foreign_keys()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var db = database.NewContext();
        await db.Database.OpenConnectionAsync(Token);

        (await Pragma("journal_mode")).ShouldBe("wal");
        (await Pragma("foreign_keys")).ShouldBe("1");
        (await Pragma("synchronous")).ShouldBe("1");

        async Task<string?> Pragma(string name)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"PRAGMA {name}";
            return (await command.ExecuteScalarAsync(Token))?.ToString();
        }
    }
}
