using System.Buffers;

namespace Rollups.Api.Rpc;

/// <summary>
/// The answers of one HTTP request. It takes a limited number of bytes, and can give back what was written of the last answer.
/// </summary>
/// <param name="limit">Bytes that it takes.</param>
internal sealed class AnswerBuffer(int limit) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private int _length;

    /// <summary>What is kept.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory[.._length];

    /// <summary>Length of what is kept.</summary>
    public int Length => _length;

    /// <inheritdoc />
    public void Advance(int count)
    {
        if (_length + count > limit)
            throw new AnswerTooLargeException();
        _bytes.Advance(count);
        _length += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_length + sizeHint > limit)
            throw new AnswerTooLargeException();
        return _bytes.GetMemory(sizeHint);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Adds bytes beyond the limit: errors and brackets, which must always fit.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        _length += bytes.Length;
    }

    /// <summary>Drops everything behind the first <paramref name="length"/> bytes.</summary>
    public void CutTo(int length)
    {
        var kept = _bytes.WrittenSpan[..length].ToArray();
        _bytes.ResetWrittenCount();
        _bytes.Write(kept);
        _length = length;
    }
}

/// <summary>An answer does not fit.</summary>
internal sealed class AnswerTooLargeException : Exception;
