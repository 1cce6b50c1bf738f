using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Rollups.Persistence;

/// <summary>
/// SQLite has one writer. The transactions of this process queue here, in order and without sleeping, so that they never meet the driver's
/// busy sleeps of 150 ms. There is one gate per database file, however many hosts in the process use the file.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process.")]
internal sealed class SqliteWriteGate
{
    private static readonly ConcurrentDictionary<string, SqliteWriteGate> Gates = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>The gate of a file.</summary>
    public static SqliteWriteGate Of(string file) => Gates.GetOrAdd(Path.GetFullPath(file), _ => new SqliteWriteGate());

    /// <summary>Waits until no other transaction is open on the file.</summary>
    public Turn Enter(CancellationToken cancellationToken)
    {
        _free.Wait(cancellationToken);
        return new Turn(this);
    }

    /// <inheritdoc cref="Enter" />
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(this);
    }

    /// <summary>The right to write. Dispose it, once or more often, to admit the next transaction.</summary>
    public sealed class Turn(SqliteWriteGate gate) : IDisposable
    {
        private int _over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0)
                gate._free.Release();
        }
    }
}
