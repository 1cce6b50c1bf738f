using System.Collections.Frozen;
using System.Text.Json;
using Rollups.Api.Methods;
using Rollups.Messaging;

namespace Rollups.Api.Rpc;

/// <summary>The methods by name.</summary>
internal sealed class RpcMethods
{
    /// <summary>Method that answers with the document of all others.</summary>
    public const string Discover = "rpc.discover";

    private readonly FrozenDictionary<string, RpcMethod> _byName;

    public RpcMethods(ChainIdentity chain, ApiOptions options)
    {
        All =
        [
            .. ApplicationMethods.All,
            .. EpochMethods.All,
            .. InputMethods.All,
            .. OutputMethods.All,
            .. ReportMethods.All,
            .. LaterMethods.All,
            .. TournamentMethods.All,
            .. new NodeMethods(chain).All,
        ];
        var document = JsonSerializer.SerializeToElement(OpenRpcDocument.Of(All, options.LegacyErrorCodes));
        _byName = All.Append(
                new RpcMethod(Discover, "The OpenRPC document.", typeof(JsonElement), [], _ => Task.FromResult<object>(document))
            )
            .ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>Every method that the document describes.</summary>
    public IReadOnlyList<RpcMethod> All { get; }

    /// <summary>The method, or null.</summary>
    public RpcMethod? Find(string name) => _byName.GetValueOrDefault(name);
}
