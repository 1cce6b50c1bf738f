using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Rpc;

/// <summary>JSON schemas of the answers, from the types that are written. Objects are named once and referred to.</summary>
internal sealed class WireSchemas
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>Schemas by name, for <c>components/schemas</c>.</summary>
    public JsonObject Named { get; } = [];

    /// <summary>A new schema of a type.</summary>
    public JsonObject Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return OrNull(Of(value));
        if (type.IsEnum)
            return Words(EnumWords(type));
        if (type == typeof(ulong))
            return ParameterForms.Text("^0x(0|[1-9a-f][0-9a-f]{0,15})$");
        if (type == typeof(BigInteger))
            return ParameterForms.Text("^0x(0|[1-9a-f][0-9a-f]{0,63})$");
        if (type == typeof(byte[]))
            return ParameterForms.Text("^0x([0-9a-f]{2})*$");
        if (type == typeof(Hash32))
            return ParameterForms.Text("^0x[0-9a-f]{64}$");
        if (type == typeof(Address))
            return ParameterForms.Text("^0x[0-9a-f]{40}$");
        if (type == typeof(DateTimeOffset))
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(string))
            return new JsonObject { ["type"] = "string" };
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long))
            return new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return new JsonObject { ["type"] = "array", ["items"] = Of(type.GetGenericArguments()[0]) };
        return type.IsGenericType ? Properties(type) : Reference(type);
    }

    private static JsonObject OrNull(JsonObject schema) =>
        new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };

    private static JsonObject Words(IEnumerable<string> words) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    private static IEnumerable<string> EnumWords(Type type) =>
        type == typeof(EpochStatus) ? WireNames.EpochStages
        : type == typeof(OutputKind) ? Enum.GetNames<OutputKind>()
        : EnumNames.All(type);

    private JsonObject Reference(Type type)
    {
        var name = type.Name.StartsWith("Wire", StringComparison.Ordinal) ? type.Name["Wire".Length..] : type.Name;
        if (!Named.ContainsKey(name))
        {
            Named[name] = null;
            Named[name] = Properties(type);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonObject Properties(Type type)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var schema = Of(property.PropertyType);
            var isLeftOut = property.GetCustomAttribute<JsonIgnoreAttribute>() is not null;
            if (!isLeftOut)
                required.Add(name);
            var canBeNull =
                !property.PropertyType.IsValueType && _nullability.Create(property).ReadState == NullabilityState.Nullable && !isLeftOut;
            properties[name] = canBeNull ? OrNull(schema) : schema;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }
}
