using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Rpc;

/// <summary>One request while it is answered: its parameters, and the database for reading.</summary>
/// <param name="arguments">Value of each given parameter, by name.</param>
/// <param name="db">Context of the HTTP request.</param>
/// <param name="cancellationToken">Ends with the request, or with its time.</param>
internal sealed class RpcCall(IReadOnlyDictionary<string, object> arguments, RollupsDbContext db, CancellationToken cancellationToken)
{
    private int? _applicationId;

    /// <summary>For queries only.</summary>
    public RollupsDbContext Db => db;

    /// <summary>Ends with the request, or with its time.</summary>
    public CancellationToken Token => cancellationToken;

    /// <summary>The page that is asked for.</summary>
    public PageRequest Page =>
        new(
            Find(Parameters.Limit) is { } limit and > 0 ? Math.Min(limit, RpcLimits.LargestPage) : RpcLimits.DefaultPage,
            Find(Parameters.Offset) ?? 0,
            Find(Parameters.Descending) ?? false
        );

    /// <summary>Value of a required parameter.</summary>
    public T Get<T>(RpcParameter<T> parameter)
        where T : struct => (T)arguments[parameter.Name];

    /// <summary>Value of an optional parameter, or null.</summary>
    public T? Find<T>(RpcParameter<T> parameter)
        where T : struct => arguments.TryGetValue(parameter.Name, out var value) ? (T)value : null;

    /// <summary>The requested application.</summary>
    /// <exception cref="RpcException">The node does not know it.</exception>
    public async Task<Application> ApplicationAsync() =>
        await RequestedApplication().SingleOrDefaultAsync(cancellationToken) ?? throw UnknownApplication();

    /// <summary>Its key in the database.</summary>
    /// <exception cref="RpcException">The node does not know it.</exception>
    public async Task<int> ApplicationIdAsync() =>
        _applicationId ??=
            await RequestedApplication().Select(app => (int?)app.Id).SingleOrDefaultAsync(cancellationToken) ?? throw UnknownApplication();

    private IQueryable<Application> RequestedApplication()
    {
        var key = Get(Parameters.Application);
        var rows = db.Applications.AsNoTracking();
        return key.Address is { } address ? rows.Where(app => app.Address == address) : rows.Where(app => app.Name == key.Name);
    }

    private RpcException UnknownApplication() =>
        new(RpcErrors.ApplicationNotFound, $"This node has no application {Get(Parameters.Application)}: check its address or name.");
}
