using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Indexed event arguments: one 32-byte topic each.</summary>
internal static class Topics
{
    public static Hash32 Of(Address address) => new(AbiValue.Of(address).Encoded);

    public static Address Address(LogEntry log, int position) => new AbiReader(log.Topics[position].ToByteArray()).Address(0);

    public static ulong Number(LogEntry log, int position, string what) =>
        new AbiReader(log.Topics[position].ToByteArray()).Number(0, what);

    /// <exception cref="AbiException">
    /// A different event, or a different number of topics: the same signature with other indexed arguments.
    /// </exception>
    public static void Require(LogEntry log, Hash32 topic, int count, string name)
    {
        if (log.Topics.Count != count || log.Topics[0] != topic)
            throw new AbiException($"The log {log.LogIndex} of block {log.BlockNumber} is not {name} with {count} topics.");
    }
}
