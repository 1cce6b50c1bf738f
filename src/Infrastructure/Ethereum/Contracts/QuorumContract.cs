using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The functions specific to a Quorum of @cartesi/rollups 2.2.0 (IQuorum).</summary>
public static class QuorumContract
{
    private static readonly AbiFunction ValidatorsFunction = new("numOfValidators()");

    /// <summary>Number of validators; more than half of them must vote for a claim to be accepted.</summary>
    public static CallRequest NumberOfValidators(Address quorum) => new(quorum, ValidatorsFunction.Encode());
}
