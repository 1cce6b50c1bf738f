namespace Rollups.Domain;

/// <summary>A proof as one byte string, as the database stores it: 32 bytes per sibling, bottom-up.</summary>
public static class Siblings
{
    /// <summary>Joins the siblings.</summary>
    public static byte[] ToBytes(IReadOnlyList<Hash32> siblings)
    {
        var bytes = new byte[siblings.Count * Hash32.Size];
        for (var i = 0; i < siblings.Count; i++)
            siblings[i].CopyTo(bytes.AsSpan(i * Hash32.Size));
        return bytes;
    }

    /// <summary>Splits the bytes.</summary>
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
