namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>Why a guest yields. Manual reasons from 0x10 on are requests for generic I/O.</summary>
internal enum CmioReason : ushort
{
    /// <summary>Manual: it has accepted the request, and waits for the next; the TX buffer has the outputs root.</summary>
    Accepted = 1,

    /// <summary>Manual: it has rejected the request. Automatic: an output is in the TX buffer.</summary>
    RejectedOrOutput = 2,

    /// <summary>Manual: it cannot go on; the TX buffer has the reason. Automatic: a report is in the TX buffer.</summary>
    ExceptionOrReport = 4,
}
