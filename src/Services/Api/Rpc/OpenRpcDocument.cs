using System.Text.Json.Nodes;
using Rollups.Api.Methods;

namespace Rollups.Api.Rpc;

/// <summary>The OpenRPC 1.4.1 document, made from the declarations by which requests are answered.</summary>
internal static class OpenRpcDocument
{
    private static readonly (int Code, string Message)[] EveryCall =
    [
        (RpcErrors.InvalidParameters, "A parameter is missing or wrong."),
        (RpcErrors.Internal, "The node failed; its log has the cause under the id of header X-Request-ID."),
        (RpcErrors.AnswerTooLarge, "The answers of the HTTP request would be too large."),
        (RpcErrors.OutOfTime, "The time of the HTTP request is up."),
    ];

    /// <summary>The document.</summary>
    public static JsonObject Of(IReadOnlyList<RpcMethod> methods, bool legacyCodes)
    {
        var schemas = new WireSchemas();
        return new JsonObject
        {
            ["openrpc"] = "1.4.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Cartesi Rollups node, read-only API",
                ["version"] = NodeMethods.Version,
                ["description"] = "docs/api.md of MassTransit.Rollups explains it, with examples.",
            },
            ["methods"] = new JsonArray([.. methods.Select(method => Describe(method, schemas, legacyCodes))]),
            ["components"] = new JsonObject { ["schemas"] = schemas.Named },
        };
    }

    private static JsonObject Describe(RpcMethod method, WireSchemas schemas, bool legacyCodes) =>
        new JsonObject
        {
            ["name"] = method.Name,
            ["summary"] = method.Summary,
            ["paramStructure"] = "either",
            ["params"] = new JsonArray([.. method.Parameters.Select(Describe)]),
            ["result"] = new JsonObject { ["name"] = "result", ["schema"] = schemas.Of(method.Result) },
            ["errors"] = new JsonArray([.. Errors(method, legacyCodes).Select(Describe)]),
        };

    private static JsonObject Describe(RpcParameter parameter) =>
        new JsonObject
        {
            ["name"] = parameter.Name,
            ["summary"] = parameter.Summary,
            ["required"] = parameter.IsRequired,
            ["schema"] = parameter.Schema(),
        };

    private static JsonObject Describe((int Code, string Message) error) =>
        new JsonObject { ["code"] = error.Code, ["message"] = error.Message };

    private static IEnumerable<(int Code, string Message)> Errors(RpcMethod method, bool legacyCodes)
    {
        foreach (var error in EveryCall)
            yield return error;
        if (method.HasApplication)
            yield return (Code(RpcErrors.ApplicationNotFound), "The node does not know the application.");
        if (method.CanMiss)
            yield return (Code(RpcErrors.ItemNotFound), "The item does not exist (yet).");

        int Code(int code) => legacyCodes ? RpcErrors.Legacy(code) : code;
    }
}
