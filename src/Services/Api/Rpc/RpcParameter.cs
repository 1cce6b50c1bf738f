using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rollups.Api.Rpc;

/// <summary>A parameter of a method: its name, its form in the document, and how it is read.</summary>
internal abstract class RpcParameter(string name, string summary, bool isRequired, Func<JsonObject> schema)
{
    /// <summary>Name on the wire.</summary>
    public string Name => name;

    /// <summary>Meaning.</summary>
    public string Summary => summary;

    /// <summary>Whether a request without it is refused.</summary>
    public bool IsRequired => isRequired;

    /// <summary>A new JSON schema of its values.</summary>
    public JsonObject Schema() => schema();

    /// <summary>The value, typed.</summary>
    /// <exception cref="RpcException">It has the wrong form.</exception>
    public abstract object Read(JsonElement value);
}

/// <summary>A parameter whose values are <typeparamref name="T"/>.</summary>
/// <param name="name">Name on the wire.</param>
/// <param name="summary">Meaning.</param>
/// <param name="schema">JSON schema of its values.</param>
/// <param name="expected">Words for the form that a value must have.</param>
/// <param name="read">The value, or null if it has the wrong form.</param>
/// <param name="isRequired">Whether a request without it is refused.</param>
internal sealed class RpcParameter<T>(
    string name,
    string summary,
    Func<JsonObject> schema,
    string expected,
    Func<JsonElement, T?> read,
    bool isRequired = true
) : RpcParameter(name, summary, isRequired, schema)
    where T : struct
{
    /// <summary>The same parameter, which a request may leave out.</summary>
    public RpcParameter<T> Optional { get; } =
        isRequired ? new RpcParameter<T>(name, summary, schema, expected, read, isRequired: false) : null!;

    /// <inheritdoc />
    public override object Read(JsonElement value) =>
        read(value) ?? throw RpcErrors.Invalid($"Parameter '{Name}' is wrong: give {expected}.");
}
