using System.Text.Json;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>What a real machine answered, from the records of the stand-in.</summary>
internal static class RecordedScene
{
    private static readonly JsonElement Scenes = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(RepositoryFolder.Path, "tests", "Machines", "Cartesi", "Server", "records.json")))
        .RootElement.GetProperty("scenes");

    /// <summary>The scenes of the accepted inputs that follow each other, up to the state before the others.</summary>
    public static IReadOnlyList<string> Accepted { get; } =
    ["advance_accepted", "advance_voucher", "advance_delegate_call", "advance_three_notices", "advance_progress"];

    /// <summary>The last root hash of a scene.</summary>
    public static Hash32 LastRoot(string scene) => new(Results(scene, "machine.get_root_hash").Last().GetBytesFromBase64());

    /// <summary>The input that the scene sends.</summary>
    public static byte[] Input(string scene) =>
        Scenes
            .GetProperty(scene)
            .EnumerateArray()
            .First(call => call.GetProperty("method").GetString() == "machine.send_cmio_response")
            .GetProperty("params")
            .GetProperty("data")
            .GetBytesFromBase64();

    /// <summary>Results of a method in a scene.</summary>
    public static IEnumerable<JsonElement> Results(string scene, string method) =>
        from call in Scenes.GetProperty(scene).EnumerateArray()
        where call.GetProperty("method").GetString() == method
        select call.GetProperty("result");
}
