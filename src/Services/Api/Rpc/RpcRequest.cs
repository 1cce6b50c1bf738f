using System.Text.Json;

namespace Rollups.Api.Rpc;

/// <summary>A request of JSON-RPC 2.0 as it was sent, before its method is known.</summary>
/// <param name="Id">Its id as it was sent; undefined if it has none, which is answered as null.</param>
/// <param name="Method">Its method.</param>
/// <param name="Parameters">Its params, undefined if it has none.</param>
internal readonly record struct RpcRequest(JsonElement Id, string Method, JsonElement Parameters)
{
    /// <summary>Reads one.</summary>
    /// <param name="request">The JSON.</param>
    /// <param name="id">Its id as far as it can be answered with it, also if the rest is wrong.</param>
    /// <exception cref="RpcException">It is not a request.</exception>
    public static RpcRequest Read(JsonElement request, out JsonElement id)
    {
        id = default;
        if (request.ValueKind != JsonValueKind.Object)
            throw Refuse("A request is a JSON object.");
        var sent = Member("id");
        // The answer repeats the id, so it must be one that can be written.
        id =
            sent.ValueKind is JsonValueKind.Undefined or JsonValueKind.Number or JsonValueKind.Null || SentJson.TextOf(sent) is not null
                ? sent
                : throw Refuse("The id of a request is a string, a number or null.");
        if (SentJson.TextOf(Member("jsonrpc")) != "2.0")
            throw Refuse("The member jsonrpc of a request is \"2.0\".");
        if (SentJson.TextOf(Member("method")) is not { Length: > 0 } name)
            throw Refuse("The member method of a request is a name.");
        return new RpcRequest(id, name, Member("params"));

        JsonElement Member(string wanted) => SentJson.MemberOf(request, wanted, RpcErrors.InvalidRequest);
    }

    /// <summary>The given parameters of a method, typed. Names that the method lacks are ignored, as clients send some.</summary>
    /// <exception cref="RpcException">One is missing or wrong, or there are too many positions.</exception>
    public Dictionary<string, object> ArgumentsOf(RpcMethod method)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < method.Parameters.Count; i++)
        {
            var parameter = method.Parameters[i];
            if (Value(parameter, i) is { } value)
                arguments[parameter.Name] = parameter.Read(value);
            else if (parameter.IsRequired)
                throw RpcErrors.Invalid($"Parameter '{parameter.Name}' is missing. {parameter.Summary}");
        }

        return Parameters.ValueKind == JsonValueKind.Array && Parameters.GetArrayLength() > method.Parameters.Count
            ? throw RpcErrors.Invalid($"{method.Name} takes at most {method.Parameters.Count} parameters.")
            : arguments;
    }

    private static RpcException Refuse(string message) => new(RpcErrors.InvalidRequest, message);

    private JsonElement? Value(RpcParameter parameter, int position)
    {
        JsonElement? value = Parameters.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.Array => position < Parameters.GetArrayLength() ? Parameters[position] : null,
            JsonValueKind.Object => SentJson.MemberOf(Parameters, parameter.Name, RpcErrors.InvalidParameters),
            _ => throw RpcErrors.Invalid("The params of a request are an object or an array."),
        };
        return value is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } ? value : null;
    }
}
