using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// Last stage of a pass, and the only one that writes: one unit of work per application and batch, fenced by the term of the lease.
/// </summary>
internal sealed class StoreChanges(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    ChainPolicy chain,
    ApplicationSight sight,
    TimeProvider clock,
    IOptions<EvmReaderOptions> options,
    ILoggerFactory loggers
)
{
    /// <summary>Stores what L1 no longer has as it was stored.</summary>
    public StoreHistory History { get; } = new(scopes, unit, database, clock, loggers.CreateLogger<StoreHistory>());

    /// <summary>Stores inputs and epochs.</summary>
    public StoreInputs Inputs { get; } = new(unit, database, chain, clock, loggers.CreateLogger<StoreInputs>());

    /// <summary>Stores which outputs were executed.</summary>
    public StoreExecutions Executions { get; } = new(unit, database, chain, sight, clock, loggers.CreateLogger<StoreExecutions>());

    /// <summary>Moves the cursors of idle applications.</summary>
    public MoveIdleCursors IdleCursors { get; } = new(unit, database, clock, options);
}
