using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>What only a Quorum of @cartesi/rollups 2.2.0 has (IQuorum).</summary>
public static class QuorumContract
{
    private static readonly AbiFunction ValidatorsFunction = new("numOfValidators()");

    /// <summary>How many may vote; a claim is accepted by more than half of them.</summary>
    public static CallRequest NumberOfValidators(Address quorum) => new(quorum, ValidatorsFunction.Encode());
}
