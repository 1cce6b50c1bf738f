using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests;

/// <summary>What the reader shows of L1.</summary>
public sealed class ReaderMetricsTests
{
    [Fact]
    public async Task The_head_names_the_block_tag_and_replaced_blocks_are_counted()
    {
        await using var host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        var app = await host.AddAsync("echo", 1);
        var inputBox = FakeChain.AddressOf(9);
        host.Chain.AddInput(inputBox, app.Address, 11);
        await host.PassAsync(7013);
        using var measured = new RecordedMeasurements("rollups.evm_reader.");
        // Other tests of this program have readers of their own; none has read that block.
        measured.Observe().ShouldContain(("rollups.evm_reader.head{tag=latest}", 7013));

        host.Chain.Reorganise(7012);
        await host.PassAsync(7013);

        measured.All.ShouldContain(("rollups.evm_reader.reorganisations{changed=head}", 1));
    }
}
