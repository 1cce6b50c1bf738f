using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>What the queries of many epochs have in common.</summary>
internal static class QueriedLifecycles
{
    private const int LargestLimit = 1000;

    /// <summary>The sagas of a chain and, unless it is null, of one application.</summary>
    public static IQueryable<EpochLifecycleState> Of(RollupsDbContext db, ulong chainId, Address? application)
    {
        var sagas = db.EpochLifecycles.Where(saga => saga.ChainId == chainId);
        return application is { } address ? sagas.Where(saga => saga.Application == address) : sagas;
    }

    /// <summary>The refusal of a wrong limit or application; null if both are right.</summary>
    public static EpochLifecyclesRefused? Refuse(ulong chainId, string? application, int limit) =>
        chainId > long.MaxValue ? Refusal($"{chainId} is not a chain id: give the EIP-155 id of the node's chain.")
        : application is not null && !Address.TryParse(application, out _)
            ? Refusal($"'{Hex.Clip(application)}' is not an application address: give 0x and 40 hex digits.")
        : limit is < 1 or > LargestLimit ? Refusal($"The limit is {limit}: give 1 to {LargestLimit} epochs.")
        : null;

    /// <summary>A refusal.</summary>
    public static EpochLifecyclesRefused Refusal(string reason) => new() { Reason = reason };

    /// <summary>The address, once <see cref="Refuse"/> has allowed it.</summary>
    public static Address? AddressOf(string? application) => application is null ? null : Address.Parse(application);
}
