using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>
/// Reports every failed statement and commit to the provider. A connection that cannot be opened says nothing about those that are open.
/// </summary>
internal sealed class PostgresFailureInterceptor(PostgresProvider provider) : IDbCommandInterceptor, IDbTransactionInterceptor
{
    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => provider.Failed(eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        provider.Failed(eventData.Exception);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => provider.Failed(eventData.Exception);

    public Task TransactionFailedAsync(
        DbTransaction transaction,
        TransactionErrorEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        provider.Failed(eventData.Exception);
        return Task.CompletedTask;
    }
}
