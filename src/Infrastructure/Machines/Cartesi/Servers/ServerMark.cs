using System.Security.Cryptography;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// The mark by which the node recognises its servers on a remote host. The protocol gives a server no name, and the system gives the port
/// of an ended one to another. But a machine keeps the sizes of its console's buffers, its copies inherit them, and neither the guest nor
/// a hash depends on them: so they carry the mark.
/// </summary>
/// <param name="Output">What the output buffer has beyond the usual size, 1 to 65535 bytes.</param>
/// <param name="Input">What the input buffer has beyond it, 1 to 65535 bytes.</param>
internal readonly record struct ServerMark(ushort Output, ushort Input)
{
    private const ulong UsualSize = 4096;

    public ulong OutputBufferSize => UsualSize + Output;

    public ulong InputBufferSize => UsualSize + Input;

    /// <summary>The mark that such sizes carry; null if they carry none.</summary>
    public static ServerMark? Of(ulong outputBufferSize, ulong inputBufferSize) =>
        outputBufferSize is > UsualSize and <= UsualSize + ushort.MaxValue
        && inputBufferSize is > UsualSize and <= UsualSize + ushort.MaxValue
            ? new ServerMark((ushort)(outputBufferSize - UsualSize), (ushort)(inputBufferSize - UsualSize))
            : null;

    public static ServerMark Create() => new(Number(), Number());

    private static ushort Number() => (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue + 1);
}
