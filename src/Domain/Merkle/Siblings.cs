namespace Rollups.Domain;

/// <summary>A proof as one string of bytes: 32 a sibling, bottom-up, as the database stores it.</summary>
public static class Siblings
{
    /// <summary>Joins.</summary>
    public static byte[] ToBytes(IReadOnlyList<Hash32> siblings)
    {
        var bytes = new byte[siblings.Count * Hash32.Size];
        for (var i = 0; i < siblings.Count; i++)
            siblings[i].CopyTo(bytes.AsSpan(i * Hash32.Size));
        return bytes;
    }

    /// <summary>Splits.</summary>
    /// <exception cref="ArgumentException">Not a multiple of 32 bytes.</exception>
    public static Hash32[] FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Hash32.Size != 0)
            throw new ArgumentException($"{bytes.Length} bytes are not a list of {Hash32.Size}-byte hashes.", nameof(bytes));
        var siblings = new Hash32[bytes.Length / Hash32.Size];
        for (var i = 0; i < siblings.Length; i++)
            siblings[i] = new Hash32(bytes.Slice(i * Hash32.Size, Hash32.Size));
        return siblings;
    }
}
