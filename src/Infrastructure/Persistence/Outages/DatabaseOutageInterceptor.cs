using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>
/// Reports every failed connection, command and commit to <see cref="DatabaseOutage"/>, and every answer while the database is unavailable.
/// </summary>
internal sealed class DatabaseOutageInterceptor(DatabaseOutage outage)
    : DbCommandInterceptor,
        IDbConnectionInterceptor,
        IDbTransactionInterceptor
{
    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        outage.Failed(eventData.Exception, eventData.Duration);

    public override Task CommandFailedAsync(
        DbCommand command,
        CommandErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        outage.Failed(eventData.Exception, eventData.Duration);
        return Task.CompletedTask;
    }

    public void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) =>
        outage.Failed(eventData.Exception, eventData.Duration);

    public Task ConnectionFailedAsync(
        DbConnection connection,
        ConnectionErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        outage.Failed(eventData.Exception, eventData.Duration);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) =>
        outage.Failed(eventData.Exception, eventData.Duration);

    public Task TransactionFailedAsync(
        DbTransaction transaction,
        TransactionErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        outage.Failed(eventData.Exception, eventData.Duration);
        return Task.CompletedTask;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result,
        CancellationToken cancellationToken = default
    )
    {
        Answered(eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        int result,
        CancellationToken cancellationToken = default
    )
    {
        Answered(eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        object? result,
        CancellationToken cancellationToken = default
    )
    {
        Answered(eventData);
        return ValueTask.FromResult(result);
    }

    private void Answered(CommandExecutedEventData data) =>
        outage.Answered(
            data.Duration,
            data.CommandSource
                is CommandSource.SaveChanges
                    or CommandSource.ExecuteUpdate
                    or CommandSource.ExecuteDelete
                    or CommandSource.ExecuteSqlRaw
        );
}
