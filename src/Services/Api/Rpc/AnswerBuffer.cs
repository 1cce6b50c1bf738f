using System.Buffers;

namespace Rollups.Api.Rpc;

/// <summary>
/// The answers of one HTTP request. It takes a limited number of bytes, and can give back what was written of the last answer. Its memory
/// is pooled: a page has more bytes than an array may have before only the costliest collections free it.
/// </summary>
/// <param name="limit">Bytes that it takes.</param>
internal sealed class AnswerBuffer(int limit) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);

    /// <summary>What is kept; valid until the buffer is disposed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Length of what is kept.</summary>
    public int Length { get; private set; }

    /// <inheritdoc />
    public void Advance(int count)
    {
        if (Length + count > limit)
            throw new AnswerTooLargeException();
        Length += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (Length + sizeHint > limit)
            throw new AnswerTooLargeException();
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Adds bytes beyond the limit: errors and brackets, which must always fit.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Drops everything behind the first <paramref name="length"/> bytes.</summary>
    public void CutTo(int length) => Length = length;

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, 2 * _bytes.Length));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
