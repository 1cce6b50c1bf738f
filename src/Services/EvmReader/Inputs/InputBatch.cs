using Rollups.Ethereum;
using Rollups.EvmReader.Epochs;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>The data that one transaction stores for an application.</summary>
/// <param name="Reader">The lease of the reader that read the data.</param>
/// <param name="ApplicationId">The application.</param>
/// <param name="Stored">
/// Number of inputs that must already be stored; a different number means that another replica was faster.
/// </param>
/// <param name="Known">Logs of inputs that are stored: compared, not written.</param>
/// <param name="New">Inputs to add, from index <paramref name="Stored"/> on without gaps.</param>
/// <param name="ScanEnd">Every input of a block up to and including this one is stored after the transaction: the new cursor.</param>
/// <param name="Seals">Newly sealed epochs of a PRT application.</param>
internal sealed record InputBatch(
    ILease Reader,
    int ApplicationId,
    ulong Stored,
    IReadOnlyList<InputAdded> Known,
    IReadOnlyList<InputAdded> New,
    ulong ScanEnd,
    FoundSeals Seals
);
