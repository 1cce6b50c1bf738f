using System.Text.Json.Nodes;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

public sealed class CallDataTests
{
    private static readonly Address Contract = Address.Parse("0x1b51e2992a2755ba4d6f7094032df91991a0cfac");

    public static TheoryData<string> Functions =>
        [.. Calls().Select(call => $"{call.Text("contract")}.{call.Text("functionName")}").Distinct()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Call_data_agrees_with_the_published_abi(string function)
    {
        var calls = Calls().Where(call => $"{call.Text("contract")}.{call.Text("functionName")}" == function).ToList();
        calls.ShouldNotBeEmpty();
        foreach (var call in calls)
            Hex.Encode(Encode(call)).ShouldBe(call.Text("data"));
    }

    [Fact]
    public void Calls_go_to_the_contract_they_are_for() => InputBoxContract.GetDeploymentBlockNumber(Contract).To.ShouldBe(Contract);

    [Fact]
    public void Selectors_and_topics_agree_with_the_contracts()
    {
        foreach (var (signature, selector) in TestVector.Rollups["selectors"]!.AsObject().Concat(TestVector.Viem["selectors"]!.AsObject()))
            $"0x{new AbiFunction(signature).Selector:x8}".ShouldBe((string)selector!, signature);
        foreach (var (signature, topic) in TestVector.Rollups["eventTopics"]!.AsObject())
            AbiFunction.EventTopic(signature).ToString().ShouldBe((string)topic!, signature);
    }

    [Fact]
    public void Interface_ids_are_those_of_the_published_abis()
    {
        $"0x{ConsensusContract.ConsensusInterface:x8}".ShouldBe(TestVector.Viem["interfaceIds"]!.Text("IConsensus"));
        $"0x{ConsensusContract.QuorumInterface:x8}".ShouldBe(TestVector.Viem["interfaceIds"]!.Text("IQuorum"));
    }

    [Fact]
    public void A_claim_agrees_with_the_sample_of_the_contracts()
    {
        var sample = TestVector.Rollups["submitClaim"]!;
        var data = sample.Bytes("calldata");
        var reader = new AbiReader(data.AsSpan(4));
        ConsensusContract.SubmitClaim(reader.Address(0), sample.Number("last_processed_block"), reader.Hash(2)).ShouldBe(data);
    }

    private static IEnumerable<JsonNode> Calls() => TestVector.Viem["calls"]!.AsArray().Select(node => node!);

    private static byte[] Encode(JsonNode call)
    {
        var arguments = call["args"]!.AsArray();
        return $"{call.Text("contract")}.{call.Text("functionName")}" switch
        {
            "InputBox.addInput" => InputBoxContract.AddInput(A(0), B(1)),
            "InputBox.getNumberOfInputs" => InputBoxContract.GetNumberOfInputs(Contract, A(0)).Data,
            "InputBox.getDeploymentBlockNumber" => InputBoxContract.GetDeploymentBlockNumber(Contract).Data,
            "Application.getTemplateHash" => ApplicationContract.GetTemplateHash(Contract).Data,
            "Application.getOutputsMerkleRootValidator" => ApplicationContract.GetOutputsMerkleRootValidator(Contract).Data,
            "Application.getDataAvailability" => ApplicationContract.GetDataAvailability(Contract).Data,
            "Application.getDeploymentBlockNumber" => ApplicationContract.GetDeploymentBlockNumber(Contract).Data,
            "Application.getNumberOfExecutedOutputs" => ApplicationContract.GetNumberOfExecutedOutputs(Contract).Data,
            "Application.wasOutputExecuted" => ApplicationContract.WasOutputExecuted(Contract, N(0)).Data,
            "Application.migrateToOutputsMerkleRootValidator" => ApplicationContract.MigrateToOutputsMerkleRootValidator(A(0)),
            "Application.executeOutput" => ApplicationContract.ExecuteOutput(B(0), arguments[1]!.Number("outputIndex"), Siblings()),
            "Application.validateOutput" => ApplicationContract
                .ValidateOutput(Contract, B(0), arguments[1]!.Number("outputIndex"), Siblings())
                .Data,
            "Authority.submitClaim" => ConsensusContract.SubmitClaim(A(0), N(1), H(2)),
            "Authority.getEpochLength" => ConsensusContract.GetEpochLength(Contract).Data,
            "Authority.supportsInterface" => ConsensusContract.SupportsInterface(Contract, ConsensusContract.QuorumInterface).Data,
            "Authority.isOutputsMerkleRootValid" => ConsensusContract.IsOutputsMerkleRootValid(Contract, A(0), H(1)).Data,
            "Authority.owner" => ConsensusContract.Owner(Contract).Data,
            "Authority.transferOwnership" => ConsensusContract.TransferOwnership(A(0)),
            "AuthorityFactory.newAuthority" => AuthorityFactoryContract.NewAuthority(A(0), N(1), H(2)),
            "AuthorityFactory.calculateAuthorityAddress" => AuthorityFactoryContract
                .CalculateAuthorityAddress(Contract, A(0), N(1), H(2))
                .Data,
            "QuorumFactory.newQuorum" => QuorumFactoryContract.NewQuorum(Addresses(), N(1), H(2)),
            "QuorumFactory.calculateQuorumAddress" => QuorumFactoryContract.CalculateQuorumAddress(Contract, Addresses(), N(1), H(2)).Data,
            "ApplicationFactory.newApplication" => ApplicationFactoryContract.NewApplication(A(0), A(1), H(2), B(3), H(4)),
            "ApplicationFactory.calculateApplicationAddress" => ApplicationFactoryContract
                .CalculateApplicationAddress(Contract, A(0), A(1), H(2), B(3), H(4))
                .Data,
            "SelfHostedApplicationFactory.deployContracts" => SelfHostedApplicationFactoryContract.DeployContracts(
                A(0),
                N(1),
                A(2),
                H(3),
                B(4),
                H(5)
            ),
            "SelfHostedApplicationFactory.calculateAddresses" => SelfHostedApplicationFactoryContract
                .CalculateAddresses(Contract, A(0), N(1), A(2), H(3), B(4), H(5))
                .Data,
            var other => throw new ArgumentException($"{other} has no binding."),
        };

        Address A(int i) => Address.Parse((string)arguments[i]!);
        Hash32 H(int i) => Hash32.Parse((string)arguments[i]!);
        byte[] B(int i) => Hex.Decode((string)arguments[i]!);
        ulong N(int i) => (ulong)TestVector.Big(arguments[i]!);
        Hash32[] Siblings() => [.. arguments[1]!["outputHashesSiblings"]!.AsArray().Select(node => Hash32.Parse((string)node!))];
        Address[] Addresses() => [.. arguments[0]!.AsArray().Select(node => Address.Parse((string)node!))];
    }
}
