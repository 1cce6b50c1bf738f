using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rollups.Contracts;

/// <summary>
/// The saga's CorrelationId of an epoch: a name-based UUID (RFC 9562, version 5), so that every event finds its epoch without a query
/// and two nodes derive the same id.
/// </summary>
public static class EpochCorrelation
{
    /// <summary>The project's own namespace. Changing it would orphan every stored saga.</summary>
    private static readonly Guid Namespace = new("ec5b37d8-7663-4625-9df7-dcfb2524a58c");

    /// <summary>The id of an event's epoch.</summary>
    public static Guid Id(IEpochEvent epochEvent)
    {
        ArgumentNullException.ThrowIfNull(epochEvent);
        return Id(epochEvent.ChainId, epochEvent.Application, epochEvent.EpochIndex);
    }

    /// <summary>The id of an epoch.</summary>
    /// <param name="chainId">EIP-155 chain id of the L1.</param>
    /// <param name="application">Address of the application contract, 0x and 40 hex digits; upper and lower case give the same id.</param>
    /// <param name="epochIndex">Index of the epoch.</param>
    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "Addresses are lower-case on the wire.")]
    public static Guid Id(ulong chainId, string application, ulong epochIndex)
    {
        ArgumentException.ThrowIfNullOrEmpty(application);
        return Version5(
            Namespace,
            string.Create(CultureInfo.InvariantCulture, $"{chainId}:{application.ToLowerInvariant()}:{epochIndex}")
        );
    }

    /// <summary>RFC 9562 section 5.5: the first 16 bytes of SHA-1 over namespace and name, with version and variant set.</summary>
    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "Version 5 is SHA-1 by definition; the id guards nothing."
    )]
    internal static Guid Version5(Guid space, string name)
    {
        var text = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(text, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, text.AsSpan(16));

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text, hash);
        var uuid = hash[..16];
        var versionWord = BinaryPrimitives.ReadUInt16BigEndian(uuid[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(uuid[6..], (ushort)((versionWord & 0x0fff) | 0x5000));
        uuid[8] = (byte)((uuid[8] & 0x3f) | 0x80);
        return new Guid(uuid, bigEndian: true);
    }
}
