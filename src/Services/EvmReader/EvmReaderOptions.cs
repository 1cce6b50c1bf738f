namespace Rollups.EvmReader;

/// <summary>Section <c>Services:EvmReader</c>: how L1 is read.</summary>
public sealed class EvmReaderOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:EvmReader";

    /// <summary>Most applications whose logs are asked for in one eth_getLogs.</summary>
    /// <value>The default is 100 applications.</value>
    public int MaxApplicationsPerCall { get; set; } = 100;

    /// <summary>
    /// Applications are read together only where what is left to read begins at most this many blocks apart, so that one that starts from
    /// far back does not make the others read again.
    /// </summary>
    /// <value>The default is 1,000 blocks.</value>
    public int MaxBlockSpread { get; set; } = 1_000;

    /// <summary>A backlog with more inputs than about this number is read in several steps.</summary>
    /// <value>The default is 1,000 inputs; each has up to 64 KiB.</value>
    public int MaxInputsPerScan { get; set; } = 1_000;

    /// <summary>Most inputs, or executed outputs, in one transaction.</summary>
    /// <value>The default is 500.</value>
    public int MaxInputsPerTransaction { get; set; } = 500;

    /// <summary>
    /// Where nothing happens, the cursors of all applications are moved together whenever they are this many blocks behind.
    /// </summary>
    /// <value>The default is 64 blocks.</value>
    public int IdleCursorBlocks { get; set; } = 64;

    /// <summary>Blocks before the cursor that are read again with a block tag that reorganisations can reach (latest, safe).</summary>
    /// <value>The default is 32 blocks.</value>
    public int ReorganisationBlocks { get; set; } = 32;

    /// <summary>
    /// Applications whose facts L1 has not answered for longer than this degrade the readiness of the reader; where it is all of them, the
    /// reader is not ready. Zero: never.
    /// </summary>
    /// <value>The default is 5 minutes.</value>
    public TimeSpan BlindAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A head that has not moved for longer than this makes the reader unready. Zero: never, as for a chain that mines only on demand.
    /// </summary>
    /// <value>The default is 20 minutes: about three epochs of mainnet, as finalized blocks move once in an epoch.</value>
    public TimeSpan HeadStillAfter { get; set; } = TimeSpan.FromMinutes(20);

    internal IEnumerable<string> Problems()
    {
        foreach (
            var (name, value, least, most) in new[]
            {
                (nameof(MaxApplicationsPerCall), MaxApplicationsPerCall, 1, 1_000),
                (nameof(MaxBlockSpread), MaxBlockSpread, 1, 10_000_000),
                (nameof(MaxInputsPerScan), MaxInputsPerScan, 1, 100_000),
                (nameof(MaxInputsPerTransaction), MaxInputsPerTransaction, 1, 10_000),
                (nameof(IdleCursorBlocks), IdleCursorBlocks, 1, 1_000_000),
                (nameof(ReorganisationBlocks), ReorganisationBlocks, 0, 10_000),
            }
        )
        {
            if (value < least || value > most)
                yield return $"{Section}:{name} is {value}: give a number from {least} to {most}.";
        }

        foreach (var (name, value) in new[] { (nameof(BlindAfter), BlindAfter), (nameof(HeadStillAfter), HeadStillAfter) })
        {
            if (value < TimeSpan.Zero || value > TimeSpan.FromDays(1))
                yield return $"{Section}:{name} is {value}: give a time up to a day, such as 00:05:00, or 00:00:00 for never.";
        }
    }
}
