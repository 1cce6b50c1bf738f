using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Rollups.Persistence;

/// <summary>Reads rows by a statement as it is, through EF Core, so that its interceptors see a failure.</summary>
internal static class RawQuery
{
    /// <param name="db">The context.</param>
    /// <param name="sql">The statement, with {0} and so on in place of values.</param>
    /// <param name="parameters">The values, or the provider's own parameters.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static Task<RelationalDataReader> ReadAsync(
        RollupsDbContext db,
        string sql,
        IReadOnlyList<object> parameters,
        CancellationToken cancellationToken
    )
    {
        var command = db.GetService<IRawSqlCommandBuilder>().Build(sql, parameters, db.Model);
        return command.RelationalCommand.ExecuteReaderAsync(
            new RelationalCommandParameterObject(
                db.GetService<IRelationalConnection>(),
                command.ParameterValues,
                null,
                db,
                db.GetService<IRelationalCommandDiagnosticsLogger>(),
                CommandSource.FromSqlQuery
            ),
            cancellationToken
        );
    }
}
