using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>A writing statement without a transaction is a transaction of its own, so it queues at the gate as well.</summary>
internal sealed class SqliteCommandGate : DbCommandInterceptor
{
    private static readonly ConditionalWeakTable<DbCommand, SqliteWriteGate.Turn> Turns = [];

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result
    )
    {
        if (command is { Transaction: null, Connection: { } connection })
            Turns.AddOrUpdate(command, SqliteWriteGate.Of(connection.DataSource).Enter(CancellationToken.None));
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        if (command is { Transaction: null, Connection: { } connection })
            Turns.AddOrUpdate(command, await SqliteWriteGate.Of(connection.DataSource).EnterAsync(cancellationToken));
        return result;
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        End(command);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        int result,
        CancellationToken cancellationToken = default
    )
    {
        End(command);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => End(command);

    public override Task CommandFailedAsync(
        DbCommand command,
        CommandErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        End(command);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => End(command);

    public override Task CommandCanceledAsync(
        DbCommand command,
        CommandEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        End(command);
        return Task.CompletedTask;
    }

    private static void End(DbCommand command)
    {
        if (Turns.TryGetValue(command, out var turn))
            turn.Dispose();
    }
}
