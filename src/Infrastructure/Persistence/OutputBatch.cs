namespace Rollups.Persistence;

/// <summary>Outputs that were read together, one behind the other in a buffer that the next batch uses again.</summary>
public sealed class OutputBatch
{
    private const int MaxBytes = 1 << 20;
    private const int FirstBytes = 16 * 1024;

    private readonly List<int> _ends = [];
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Number of outputs.</summary>
    public int Count => _ends.Count;

    /// <summary>An output.</summary>
    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan((number == 0 ? 0 : _ends[number - 1]).._ends[number]);

    /// <summary>Whether it has enough for its size: 1 MiB, or one output that is larger.</summary>
    internal bool IsFull => _length >= MaxBytes;

    internal void Clear()
    {
        _ends.Clear();
        _length = 0;
        // What a large output took is not kept.
        if (_bytes.Length > 4 * MaxBytes)
            _bytes = [];
    }

    /// <summary>Room for one more output.</summary>
    internal (byte[] Buffer, int Offset) Add(int size)
    {
        var end = checked(_length + size);
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, Math.Max(FirstBytes, 2 * _bytes.Length)));
        var offset = _length;
        _length = end;
        _ends.Add(end);
        return (_bytes, offset);
    }
}
