using System.Globalization;

namespace Rollups.Reliability.Tests.Check;

/// <summary>What chain, database and broker show after a run, held against what the chain has as inputs.</summary>
internal sealed class Verdict
{
    private readonly List<string> _findings = [];

    /// <summary>Epochs with an input on chain.</summary>
    public int Epochs { get; set; }

    /// <summary>Of these, accepted on chain and in the database.</summary>
    public int Accepted { get; set; }

    /// <summary>Inputs, moves or events that are not there.</summary>
    public int LostCount { get; private set; }

    /// <summary>Inputs or outputs that are there twice, or otherwise than the machine makes them once.</summary>
    public int RepeatedCount { get; private set; }

    /// <summary>Claim transactions mined beyond the first one of an application and epoch, reverted ones too.</summary>
    public int DoubleClaimCount { get; private set; }

    public bool IsClean => Epochs > 0 && Accepted == Epochs && LostCount + RepeatedCount + DoubleClaimCount == 0;

    public IReadOnlyList<string> Findings => _findings;

    public void Lost(string finding)
    {
        LostCount++;
        _findings.Add("lost: " + finding);
    }

    public void Repeated(string finding)
    {
        RepeatedCount++;
        _findings.Add("repeated: " + finding);
    }

    public void DoubleClaim(string finding)
    {
        DoubleClaimCount++;
        _findings.Add("double claim: " + finding);
    }

    /// <summary>The one line of figures.</summary>
    public string Line(int kills) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"kills {kills}, epochs {Epochs} accepted {Accepted}, lost {LostCount}, repeated {RepeatedCount}, double claims "
                + $"{DoubleClaimCount}"
        );
}
