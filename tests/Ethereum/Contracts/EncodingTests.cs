using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

public sealed class EncodingTests
{
    [Fact]
    public void EvmAdvance_agrees_with_the_contracts_and_is_read_back()
    {
        foreach (var vector in TestVector.Rollups["evmAdvance"]!.AsArray().Select(node => node!))
        {
            var name = vector.Text("name");
            var fields = vector["fields"]!;
            var advance = new EvmAdvance(
                fields.BigNumber("chain_id"),
                fields.Address("app_contract"),
                fields.Address("msg_sender"),
                fields.BigNumber("block_number"),
                fields.BigNumber("block_timestamp"),
                fields.Hash("prev_randao"),
                fields.BigNumber("index"),
                fields.Bytes("payload")
            );
            var encoded = advance.Encode();
            Hex.Encode(encoded).ShouldBe(vector.Text("encoded"), name);
            encoded.Length.ShouldBe((int)vector["length"]!);
            Keccak256.Hash(encoded).ShouldBe(vector.Hash("input_hash"), name);
            EvmAdvance.Decode(encoded).ShouldBeEquivalentTo(advance);
        }
    }

    [Fact]
    public void EvmAdvance_agrees_with_viem()
    {
        foreach (var vector in TestVector.Viem["advances"]!.AsArray())
        {
            var a = vector!["args"]!.AsArray();
            new EvmAdvance(
                TestVector.Big(a[0]!),
                Address.Parse((string)a[1]!),
                Address.Parse((string)a[2]!),
                TestVector.Big(a[3]!),
                TestVector.Big(a[4]!),
                new Hash32(AbiValue.Of(TestVector.Big(a[5]!)).Encoded),
                TestVector.Big(a[6]!),
                Hex.Decode((string)a[7]!)
            )
                .Encode()
                .ShouldBe(vector.Bytes("data"));
        }
    }

    [Fact]
    public void Inputs_that_a_real_machine_took_are_read()
    {
        foreach (var vector in TestVector.Rollups["realInputs"]!.AsArray())
            EvmAdvance.Decode(vector!.Bytes("evmAdvance")).Payload.ShouldBe(vector!.Bytes("payload"));
    }

    [Fact]
    public void The_largest_payload_that_the_input_box_takes_has_65216_bytes()
    {
        var limit = TestVector.Rollups["inputSizeLimit"]!;
        Encoded(65216).ShouldBe((int)limit["payload_65216_encodes_to"]!);
        Encoded(65217).ShouldBe((int)limit["payload_65217_encodes_to"]!);

        static int Encoded(int payload) =>
            new EvmAdvance(1, Address.Zero, Address.Zero, 1, 1, Hash32.Zero, 0, new byte[payload]).Encode().Length;
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x415bf3")]
    [InlineData("0x415bf363")]
    [InlineData("0xc258d6e50000000000000000000000000000000000000000000000000000000000000020")]
    public void What_is_not_an_EvmAdvance_is_refused(string input) =>
        Should.Throw<AbiException>(() => EvmAdvance.Decode(Hex.Decode(input)));

    [Fact]
    public void Outputs_agree_with_the_contracts()
    {
        foreach (var vector in TestVector.Rollups["outputs"]!.AsArray())
        {
            var fields = vector!["fields"]!;
            var payload = fields.Bytes("payload");
            var encoded = vector.Text("kind") switch
            {
                "notice" => Outputs.Notice(payload),
                "voucher" => Outputs.Voucher(fields.Address("destination"), fields.BigNumber("value"), payload),
                _ => Outputs.DelegateCallVoucher(fields.Address("destination"), payload),
            };
            Hex.Encode(encoded).ShouldBe(vector.Text("encoded"));
            Keccak256.Hash(encoded).ShouldBe(vector.Hash("leaf"));
            Outputs.IsNotice(encoded).ShouldBe(vector.Text("kind") == "notice");
            Outputs.IsExecutable(encoded).ShouldBe(vector.Text("kind") != "notice");
        }
    }

    [Fact]
    public void Outputs_agree_with_viem()
    {
        foreach (var vector in TestVector.Viem["outputs"]!.AsArray())
        {
            var a = vector!["args"]!.AsArray();
            var encoded = vector.Text("functionName") switch
            {
                "Notice" => Outputs.Notice(Hex.Decode((string)a[0]!)),
                "Voucher" => Outputs.Voucher(Address.Parse((string)a[0]!), TestVector.Big(a[1]!), Hex.Decode((string)a[2]!)),
                _ => Outputs.DelegateCallVoucher(Address.Parse((string)a[0]!), Hex.Decode((string)a[1]!)),
            };
            encoded.ShouldBe(vector.Bytes("data"));
        }
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x237a81")]
    [InlineData("0xdeadbeef00")]
    public void An_output_of_an_unknown_kind_is_neither_notice_nor_executable(string output)
    {
        Outputs.IsNotice(Hex.Decode(output)).ShouldBeFalse();
        Outputs.IsExecutable(Hex.Decode(output)).ShouldBeFalse();
    }

    [Fact]
    public void Data_availability_names_the_input_box()
    {
        var expected = TestVector.Viem.Bytes("dataAvailability");
        var inputBox = Address.Parse("0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e");
        DataAvailability.InputBox(inputBox).ShouldBe(expected);
        DataAvailability.TryDecodeInputBox(expected, out var read).ShouldBeTrue();
        read.ShouldBe(inputBox);
    }

    [Fact]
    public void Other_kinds_of_data_availability_are_not_an_input_box()
    {
        var espresso = new AbiFunction("InputBoxAndEspresso(address,uint256,uint32)").Encode(
            AbiValue.Of(Address.Zero),
            AbiValue.Of(1UL),
            AbiValue.Of(2UL)
        );
        var expected = TestVector.Viem.Bytes("dataAvailability");
        byte[] dirty = [.. expected[..4], 1, .. expected[5..]];
        foreach (var data in new[] { [], expected[..35], [.. expected, 0], espresso, espresso[..36], dirty })
            DataAvailability.TryDecodeInputBox(data, out _).ShouldBeFalse();
    }

    [Fact]
    public void Answers_of_the_contracts_are_read()
    {
        var results = TestVector.Viem["results"]!
            .AsArray()
            .ToDictionary(node => node!.Text("functionName"), node => (Node: node!, Data: node!.Bytes("data")));
        new AbiReader(results["getTemplateHash"].Data).Hash(0).ShouldBe(results["getTemplateHash"].Node.Hash("result"));
        new AbiReader(results["getOutputsMerkleRootValidator"].Data)
            .Address(0)
            .ShouldBe(results["getOutputsMerkleRootValidator"].Node.Address("result"));
        new AbiReader(results["getDataAvailability"].Data).Bytes(0).ShouldBe(results["getDataAvailability"].Node.Bytes("result"));
        new AbiReader(results["getNumberOfExecutedOutputs"].Data).Number(0, "count").ShouldBe(7UL);
        new AbiReader(results["supportsInterface"].Data).Bool(0).ShouldBeTrue();
        var pair = results["calculateAddresses"].Node["result"]!.AsArray();
        SelfHostedApplicationFactoryContract
            .DecodeAddresses(results["calculateAddresses"].Data)
            .ShouldBe((Address.Parse((string)pair[0]!), Address.Parse((string)pair[1]!)));
    }
}
