namespace Rollups.EvmReader.Facts;

/// <summary>What a missing fact adds to what is known.</summary>
internal enum MissingFactNews
{
    /// <summary>Nothing: there was a warning of this cause already.</summary>
    None,

    /// <summary>It is missing for the first time. An endpoint that lags may miss one head and have the next.</summary>
    First,

    /// <summary>It is missing at a second head, or for another cause.</summary>
    Lasting,
}
