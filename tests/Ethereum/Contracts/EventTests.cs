using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

public sealed class EventTests
{
    [Fact]
    public void InputAdded_is_read_as_it_was_announced()
    {
        var events = TestVector.Events("InputAdded").ToList();
        foreach (var (arguments, log) in events.Take(2))
        {
            var input = InputBoxContract.DecodeInputAdded(log);
            input.Application.ShouldBe(arguments.Address("appContract"));
            input.Index.ShouldBe(arguments.Number("index"));
            input.Data.ShouldBe(arguments.Bytes("input"));
            input.Log.ShouldBeSameAs(log);
            log.Topics[1].ShouldBe(InputBoxContract.ApplicationTopic(input.Application));
        }

        Should.Throw<AbiException>(() => InputBoxContract.DecodeInputAdded(events[2].Log)).Message.ShouldContain("input index");
    }

    [Fact]
    public void ClaimSubmitted_is_read_as_it_was_announced()
    {
        var events = TestVector.Events("ClaimSubmitted").ToList();
        var (arguments, log) = events[0];
        ConsensusContract
            .DecodeClaimSubmitted(log)
            .ShouldBe(
                new Claim(
                    arguments.Address("appContract"),
                    arguments.Number("lastProcessedBlockNumber"),
                    arguments.Hash("outputsMerkleRoot"),
                    arguments.Address("submitter"),
                    log
                )
            );
        log.Topics[2].ShouldBe(ConsensusContract.ApplicationTopic(arguments.Address("appContract")));

        Should
            .Throw<AbiException>(() => ConsensusContract.DecodeClaimSubmitted(events[1].Log))
            .Message.ShouldContain("last processed block");
    }

    [Fact]
    public void ClaimAccepted_is_read_as_it_was_announced()
    {
        var (arguments, log) = TestVector.Events("ClaimAccepted").Single();
        ConsensusContract
            .DecodeClaimAccepted(log)
            .ShouldBe(
                new Claim(
                    arguments.Address("appContract"),
                    arguments.Number("lastProcessedBlockNumber"),
                    arguments.Hash("outputsMerkleRoot"),
                    null,
                    log
                )
            );
        log.Topics[1].ShouldBe(ConsensusContract.ApplicationTopic(arguments.Address("appContract")));
    }

    [Fact]
    public void OutputExecuted_is_read_as_it_was_announced()
    {
        var events = TestVector.Events("OutputExecuted").ToList();
        var (arguments, log) = events[0];
        var executed = ApplicationContract.DecodeOutputExecuted(log);
        executed.OutputIndex.ShouldBe(arguments.Number("outputIndex"));
        executed.Output.ShouldBe(arguments.Bytes("output"));

        Should.Throw<AbiException>(() => ApplicationContract.DecodeOutputExecuted(events[1].Log)).Message.ShouldContain("output index");
    }

    [Fact]
    public void A_log_of_another_event_is_refused()
    {
        var (_, submitted) = TestVector.Events("ClaimSubmitted").First();
        Should
            .Throw<AbiException>(() => ConsensusContract.DecodeClaimAccepted(submitted))
            .Message.ShouldBe("The log 2 of block 5 is not ClaimAccepted with 2 topics.");
        Should.Throw<AbiException>(() => InputBoxContract.DecodeInputAdded(submitted));
        Should.Throw<AbiException>(() => ApplicationContract.DecodeOutputExecuted(submitted with { Topics = [] }));
    }

    [Fact]
    public void The_same_signature_with_other_indexed_arguments_is_refused()
    {
        var (_, log) = TestVector.Events("InputAdded").First();
        Should.Throw<AbiException>(() => InputBoxContract.DecodeInputAdded(log with { Topics = [log.Topics[0], log.Topics[1]] }));
    }

    [Fact]
    public void A_log_with_cut_off_data_is_refused()
    {
        var (_, input) = TestVector.Events("InputAdded").ElementAt(1);
        Should.Throw<AbiException>(() => InputBoxContract.DecodeInputAdded(input with { Data = input.Data[..^64] }));
        var (_, claim) = TestVector.Events("ClaimAccepted").Single();
        Should.Throw<AbiException>(() => ConsensusContract.DecodeClaimAccepted(claim with { Data = claim.Data[..63] }));
    }
}
