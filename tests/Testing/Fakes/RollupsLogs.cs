using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>Logs of the contracts that the EvmReader reads; the counters of the contracts follow from them.</summary>
public static class RollupsLogs
{
    /// <summary>The next input of the application.</summary>
    public static LogEntry AddInput(
        this FakeChain chain,
        Address inputBox,
        Address application,
        ulong block,
        byte[]? data = null,
        string? transaction = null,
        ulong? logIndex = null
    )
    {
        ArgumentNullException.ThrowIfNull(chain);
        var topic = InputBoxContract.ApplicationTopic(application);
        var index = (ulong)chain.Logs.Count(log => log.Address == inputBox && log.Topics[1] == topic);
        return chain.AddLog(
            inputBox,
            new FakeEvent(
                [InputBoxContract.InputAddedTopic, topic, new Hash32(FakeChain.Words(AbiValue.Of(index)))],
                FakeChain.Words(AbiValue.Of((data ?? [1, 2, 3, (byte)index]).AsSpan()))
            ),
            block,
            FakeChain.HashOf(transaction ?? $"input {application} {index}"),
            logIndex
        );
    }

    /// <summary>Somebody executes an output.</summary>
    public static LogEntry ExecuteOutput(this FakeChain chain, Address application, ulong block, ulong output, byte[] data)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return chain.AddLog(
            application,
            new FakeEvent([ApplicationContract.OutputExecutedTopic], FakeChain.Words(AbiValue.Of(output), AbiValue.Of(data.AsSpan()))),
            block,
            FakeChain.HashOf($"execution {application} {output}")
        );
    }

    /// <summary>A DaveConsensus seals its next epoch with the inputs up to that index.</summary>
    public static LogEntry Seal(
        this FakeChain chain,
        Address consensus,
        ulong block,
        ulong upper,
        string? result = null,
        Address? tournament = null
    )
    {
        ArgumentNullException.ThrowIfNull(chain);
        var seals = chain.Logs.Where(log => log.Address == consensus).ToList();
        var lower = seals.Count == 0 ? 0 : DaveConsensusContract.DecodeEpochSealed(seals[^1]).InputIndexUpperBound;
        var number = (ulong)seals.Count;
        return chain.AddLog(
            consensus,
            new FakeEvent(
                [DaveConsensusContract.EpochSealedTopic],
                FakeChain.Words(
                    AbiValue.Of(number),
                    AbiValue.Of(lower),
                    AbiValue.Of(upper),
                    AbiValue.Of(FakeChain.HashOf(result ?? $"state before epoch {number}")),
                    AbiValue.Of(FakeChain.HashOf($"outputs before epoch {number}")),
                    AbiValue.Of(tournament ?? FakeChain.AddressOf(900 + (int)number))
                )
            ),
            block,
            FakeChain.HashOf($"seal {consensus} {number}")
        );
    }
}
