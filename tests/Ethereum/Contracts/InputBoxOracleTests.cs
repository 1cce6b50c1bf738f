using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

public sealed class InputBoxOracleTests
{
    private static readonly Address Application = Address.Parse("0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e");
    private static readonly Address Sender = Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    [Fact]
    public async Task The_real_InputBox_takes_our_calls_and_emits_the_inputs_that_we_encode()
    {
        int[] lengths = [0, 1, 31, 32, 33, 1000, 20_000];
        var inputBox = await InputBoxOracle.DeployAsync();
        for (var index = 0; index < lengths.Length; index++)
        {
            var (payload, block, timestamp) = (TestVector.Pattern(lengths[index]), 10 + index, 1_700_000_000 + index);
            var expected = new EvmAdvance(
                InputBoxOracle.ChainId,
                Application,
                Sender,
                block,
                timestamp,
                InputBoxOracle.PrevRandao,
                index,
                payload
            );

            var (returned, logs) = await inputBox.CallAsync(InputBoxContract.AddInput(Application, payload), Sender, block, timestamp);

            var input = InputBoxContract.DecodeInputAdded(logs.ShouldHaveSingleItem());
            (input.Application, input.Index).ShouldBe((Application, (ulong)index));
            Hex.Encode(input.Data).ShouldBe(Hex.Encode(expected.Encode()));
            EvmAdvance.Decode(input.Data).ShouldBeEquivalentTo(expected);
            new AbiReader(returned).Hash(0).ShouldBe(Keccak256.Hash(input.Data));
        }

        var ask = InputBoxContract.GetNumberOfInputs(InputBoxOracle.Contract, Application);
        var (count, none) = await inputBox.CallAsync(ask.Data, Sender, 50, 0);
        new AbiReader(count).Number(0, "count").ShouldBe((ulong)lengths.Length);
        none.ShouldBeEmpty();
        var askBlock = InputBoxContract.GetDeploymentBlockNumber(InputBoxOracle.Contract);
        var (deployed, _) = await inputBox.CallAsync(askBlock.Data, Sender, 50, 0);
        new AbiReader(deployed).Number(0, "block").ShouldBe((ulong)InputBoxOracle.DeploymentBlock);
    }
}
