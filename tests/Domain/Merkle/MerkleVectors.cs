using System.Text.Json;

namespace Rollups.Domain.Tests.Merkle;

/// <summary>Known trees, computed independently of this code.</summary>
internal static class MerkleVectors
{
    private static readonly JsonElement Root = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Merkle", "Vectors", "merkle.json")))
        .RootElement;

    public static JsonElement Of(string key) => Root.GetProperty(key);

    public static Hash32 Hash(this JsonElement element) => Hash32.Parse(element.GetString()!);

    public static Hash32 Hash(this JsonElement element, string name) => element.GetProperty(name).Hash();

    public static Hash32[] Hashes(this JsonElement element) => [.. element.EnumerateArray().Select(item => item.Hash())];

    public static Hash32[] Leaves() => [.. Of("outputs").EnumerateArray().Select(output => output.Hash("leaf"))];
}
