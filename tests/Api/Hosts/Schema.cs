using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rollups.Api.Tests.Hosts;

/// <summary>Holds JSON against the part of JSON Schema that the OpenRPC document uses; a keyword beyond it fails.</summary>
internal sealed class Schema(JsonNode document)
{
    /// <summary>What is wrong with the value, by its path; nothing if the schema allows it.</summary>
    public IEnumerable<string> Problems(JsonNode? value, JsonObject schema, string path = "$")
    {
        if (schema["$ref"] is { } reference)
            return Problems(value, document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject(), path);
        if (schema["anyOf"] is JsonArray choices)
        {
            var all = choices.Select(choice => Problems(value, choice!.AsObject(), path).ToList()).ToList();
            return all.Exists(problems => problems.Count == 0) ? [] : all.MinBy(problems => problems.Count)!;
        }

        return schema["type"]?.GetValue<string>() switch
        {
            "null" => value is null ? [] : [$"{path} is not null"],
            "object" => ObjectProblems(value, schema, path),
            "array" => value is JsonArray items
                ? items.SelectMany((item, i) => Problems(item, schema["items"]!.AsObject(), $"{path}[{i}]"))
                : [$"{path} is no array"],
            "string" => TextProblems(value, schema, path),
            "integer" => value is JsonValue number && number.TryGetValue<long>(out var whole) && whole >= 0
                ? []
                : [$"{path} is no number"],
            "boolean" => value is JsonValue flag && flag.TryGetValue<bool>(out _) ? [] : [$"{path} is no boolean"],
            var other => [$"{path}: the schema has the type {other}"],
        };
    }

    private IEnumerable<string> ObjectProblems(JsonNode? value, JsonObject schema, string path)
    {
        if (value is not JsonObject found)
            return [$"{path} is no object"];
        var properties = schema["properties"]!.AsObject();
        return
        [
            .. schema["required"]!
                .AsArray()
                .Select(name => name!.GetValue<string>())
                .Where(name => !found.ContainsKey(name))
                .Select(name => $"{path}.{name} is missing"),
            .. found.Where(pair => !properties.ContainsKey(pair.Key)).Select(pair => $"{path}.{pair.Key} is not in the document"),
            .. found
                .Where(pair => properties.ContainsKey(pair.Key))
                .SelectMany(pair => Problems(pair.Value, properties[pair.Key]!.AsObject(), $"{path}.{pair.Key}")),
        ];
    }

    private static IEnumerable<string> TextProblems(JsonNode? value, JsonObject schema, string path)
    {
        if (value is not JsonValue json || !json.TryGetValue<string>(out var text))
            return [$"{path} is no text"];
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>()))
            return [$"{path} is '{text}', which does not match {pattern}"];
        if (schema["enum"] is JsonArray words && !words.Any(word => word!.GetValue<string>() == text))
            return [$"{path} is '{text}', which is none of {words.ToJsonString()}"];
        return
            schema["format"]?.GetValue<string>() == "date-time"
            && !DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out _
            )
            ? [$"{path} is '{text}', which is no time"]
            : [];
    }
}
