using Rollups.Api.Stories;
using Rollups.Domain;

namespace Rollups.Api.Pipeline;

/// <summary>The columns of an epoch that the summary needs.</summary>
internal sealed record EpochRow(
    EpochTimes Times,
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong Inputs,
    Address Application,
    string Name
)
{
    public EpochSummary Summary =>
        new()
        {
            Application = Application,
            ApplicationName = Name,
            Index = Index,
            State = Times.Status,
            Since = Times.Since,
            FirstBlock = FirstBlock,
            LastBlock = LastBlock,
            Inputs = Inputs,
        };
}
