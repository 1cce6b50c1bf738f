using System.Buffers.Binary;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>What contracts count themselves, derived from their logs up to any block, whether an endpoint shows those or not.</summary>
internal static class LogCounters
{
    private static readonly uint Inputs = new AbiFunction("getNumberOfInputs(address)").Selector;
    private static readonly uint ExecutedOutputs = new AbiFunction("getNumberOfExecutedOutputs()").Selector;
    private static readonly uint SealedEpoch = new AbiFunction("getCurrentSealedEpoch()").Selector;

    /// <summary>The answer; empty where the call is another one, or where nothing was logged that it could tell.</summary>
    public static byte[] Answer(CallRequest call, IEnumerable<LogEntry> logs, ulong block)
    {
        var selector = BinaryPrimitives.ReadUInt32BigEndian(call.Data);
        var own = logs.Where(log => log.Address == call.To && log.BlockNumber <= block);
        if (selector == Inputs)
        {
            var topic = InputBoxContract.ApplicationTopic(new AbiReader(call.Data.AsSpan(4)).Address(0));
            return Count(own.Where(log => log.Topics.Count > 1 && log.Topics[1] == topic));
        }

        if (selector == ExecutedOutputs)
            return Count(own.Where(log => log.Topics[0] == ApplicationContract.OutputExecutedTopic));
        if (selector != SealedEpoch || own.LastOrDefault(log => log.Topics[0] == DaveConsensusContract.EpochSealedTopic) is not { } last)
            return [];
        var seal = DaveConsensusContract.DecodeEpochSealed(last);
        return FakeChain.Words(
            AbiValue.Of(seal.Number),
            AbiValue.Of(seal.InputIndexLowerBound),
            AbiValue.Of(seal.InputIndexUpperBound),
            AbiValue.Of(seal.Tournament)
        );
    }

    private static byte[] Count(IEnumerable<LogEntry> logs) => FakeChain.Words(AbiValue.Of((ulong)logs.Count()));
}
