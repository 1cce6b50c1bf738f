using CsCheck;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.History;

/// <summary>A chain that grows and is reorganised at random, with passes of the reader in between.</summary>
public sealed class ReorganisationProperties
{
    private static readonly Address Box = FakeChain.AddressOf(9);

    private static Gen<Step[]> Chains =>
        Gen.Select(
            Gen.Int[1, 40],
            Gen.Int[0, 3],
            Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 80])),
            Gen.Int[0, 3],
            Gen.Bool,
            (blocks, inputs, depth, kept, pass) => new Step(blocks, inputs, depth, kept, pass)
        ).Array[2, 12];

    [Fact]
    public async Task An_application_that_goes_on_has_the_inputs_of_L1_and_one_that_stops_had_others()
    {
        await Chains.SampleAsync(
            async steps =>
            {
                await using var host = await Task.Run(() => ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest")));
                var app = await host.AddAsync("echo", 1, epochLength: 10_000);
                host.Chain.Head = 10;
                var salt = 0;
                foreach (var step in steps)
                {
                    Reorganise(host.Chain, app, step, ref salt);
                    for (var i = 0; i < step.Inputs; i++)
                        host.Chain.AddInput(Box, app.Address, host.Chain.Head + (ulong)step.Blocks);
                    host.Chain.Head += (ulong)step.Blocks;
                    if (step.Pass)
                        await PassesAsync(host, app);
                }

                await PassesAsync(host, app);
            },
            iter: 60
        );
    }

    /// <summary>
    /// Takes blocks back; the first inputs that were in them come again where they were, the others are lost or replaced.
    /// </summary>
    private static void Reorganise(FakeChain chain, Application app, Step step, ref int salt)
    {
        if (step.Depth == 0)
            return;
        var gone = chain.Reorganise(Math.Max(11, chain.Head - Math.Min(chain.Head, (ulong)step.Depth) + 1));
        foreach (var log in gone.Take(step.Kept))
            chain.AddInput(Box, app.Address, log.BlockNumber);
        foreach (var log in gone.Skip(step.Kept + 1))
            chain.AddInput(Box, app.Address, log.BlockNumber, [(byte)salt], $"replaced {salt++}");
    }

    private static async Task PassesAsync(ServiceHost host, Application app)
    {
        var wasEnabled = await IsEnabledAsync(host);
        var before = await host.InputsAsync(app);
        while ((await host.PassAsync()).MoreDue)
        {
            // What is missing may be further back than what a pass reads first.
        }

        var onChain = host
            .Chain.Logs.Select(log =>
                (log.TransactionHash, log.BlockNumber, Hash: Keccak256.Hash(InputBoxContract.DecodeInputAdded(log).Data))
            )
            .ToList();
        var had = before.Select(input => (input.TransactionHash, input.BlockNumber, Hash: Keccak256.Hash(input.RawData))).ToList();
        var stored = await host.InputsAsync(app);
        if (await IsEnabledAsync(host))
            stored
                .Select(input => (input.TransactionHash, input.BlockNumber, Hash: Keccak256.Hash(input.RawData), input.BlockHash))
                .ShouldBe(
                    onChain.Select(input =>
                        (input.TransactionHash, input.BlockNumber, input.Hash, host.Chain.BlockHash(input.BlockNumber))
                    )
                );
        else if (wasEnabled)
            onChain.Take(had.Count).ShouldNotBe(had);
    }

    private static async Task<bool> IsEnabledAsync(ServiceHost host) =>
        (await host.ApplicationAsync("echo")).State == ApplicationState.Enabled;

    private sealed record Step(int Blocks, int Inputs, int Depth, int Kept, bool Pass);
}
