using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Registration;

/// <summary>
/// Reads an application's contracts at the newest block, so that an application can be registered before the block of its deployment
/// is final.
/// </summary>
internal sealed class InspectApplication(IEthereumClient client)
{
    /// <exception cref="RegistrationRefusedException">The node cannot follow these contracts.</exception>
    public async Task<InspectedApplication> ExecuteAsync(Address address, Hash32? expectedTemplate, CancellationToken cancellationToken)
    {
        if ((await client.GetCodeAsync(address, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new RegistrationRefusedException(
                $"There is no contract at {address}: check the address, the chain, and that the deployment is mined."
            );
        var answers = await client.CallManyAsync(
            [
                ApplicationContract.GetTemplateHash(address),
                ApplicationContract.GetOutputsMerkleRootValidator(address),
                ApplicationContract.GetDataAvailability(address),
                ApplicationContract.GetDeploymentBlockNumber(address),
            ],
            BlockTag.Latest,
            cancellationToken
        );
        var what = $"The contract at {address} is not an Application of @cartesi/rollups 2.2.0";
        var template = Answered(answers[0], what, "getTemplateHash()", reader => reader.Hash(0));
        var consensus = Answered(answers[1], what, "getOutputsMerkleRootValidator()", reader => reader.Address(0));
        var availability = Answered(answers[2], what, "getDataAvailability()", reader => reader.Bytes(0));
        var deploymentBlock = Answered(answers[3], what, "getDeploymentBlockNumber()", reader => reader.Number(0, "deployment block"));
        if (expectedTemplate is { } expected && expected != template)
            throw new RegistrationRefusedException(
                $"The application {address} was deployed with template hash {template}, but {expected} was given: the machine and the "
                    + $"contract do not belong together."
            );
        if (!DataAvailability.TryDecodeInputBox(availability, out var inputBox))
            throw new RegistrationRefusedException(
                $"The application {address} does not take its inputs from an InputBox (data availability {Shortened(availability)}): this "
                    + $"node reads no other source."
            );
        var inputBoxBlock = await InspectInputBoxAsync(address, inputBox, cancellationToken);
        var (kind, epochLength, since) = await InspectConsensusAsync(address, consensus, inputBox, cancellationToken);
        return new InspectedApplication(template, consensus, kind, epochLength, inputBox, inputBoxBlock, Math.Min(deploymentBlock, since));
    }

    private async Task<ulong> InspectInputBoxAsync(Address application, Address inputBox, CancellationToken cancellationToken)
    {
        var what = $"The InputBox {inputBox} of the application {application} cannot be read";
        if ((await client.GetCodeAsync(inputBox, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new RegistrationRefusedException(
                $"There is no contract at {inputBox}, the InputBox of the application {application}: was it deployed for another chain?"
            );
        var answers = await client.CallManyAsync(
            [InputBoxContract.GetDeploymentBlockNumber(inputBox), InputBoxContract.GetNumberOfInputs(inputBox, application)],
            BlockTag.Latest,
            cancellationToken
        );
        _ = Answered(answers[1], what, "getNumberOfInputs(address)", reader => reader.Number(0, "number of inputs"));
        var block = Answered(answers[0], what, "getDeploymentBlockNumber()", reader => reader.Number(0, "deployment block"));
        return block > 0
            ? block
            : throw new RegistrationRefusedException(
                $"{what}: it reports that it was deployed in block 0, so there is no block to start reading at."
            );
    }

    private async Task<(ConsensusType Kind, ulong EpochLength, ulong Since)> InspectConsensusAsync(
        Address application,
        Address consensus,
        Address inputBox,
        CancellationToken cancellationToken
    )
    {
        if ((await client.GetCodeAsync(consensus, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new RegistrationRefusedException(
                $"There is no contract at {consensus}, the consensus of the application {application}: was it deployed for another chain?"
            );
        var answers = await client.CallManyAsync(
            [
                ConsensusContract.SupportsInterface(consensus, ConsensusContract.QuorumInterface),
                ConsensusContract.SupportsInterface(consensus, ConsensusContract.ConsensusInterface),
                ConsensusContract.Owner(consensus),
                ConsensusContract.GetEpochLength(consensus),
                ConsensusContract.SupportsInterface(consensus, DaveConsensusContract.OutputsMerkleRootValidatorInterface),
                DaveConsensusContract.GetCurrentSealedEpoch(consensus),
                DaveConsensusContract.GetApplicationContract(consensus),
                DaveConsensusContract.GetInputBox(consensus),
                DaveConsensusContract.GetDeploymentBlockNumber(consensus),
                ConsensusContract.SupportsInterface(consensus, DaveConsensusContract.OutputsMerkleRootValidatorInterfaceOf3),
            ],
            BlockTag.Latest,
            cancellationToken
        );
        var what = $"The consensus {consensus} of the application {application} cannot be read";
        // Authority and Quorum report the validator's interface too; only DaveConsensus seals epochs.
        if (!Supports(answers[0]) && !Supports(answers[1]) && Supports(answers[4]) && answers[5].Data is { Length: 4 * 32 })
        {
            var served = Answered(answers[6], what, "getApplicationContract()", reader => reader.Address(0));
            if (served != application)
                throw new RegistrationRefusedException(
                    $"The consensus {consensus} of the application {application} serves another application, {served}."
                );
            var sealedFrom = Answered(answers[7], what, "getInputBox()", reader => reader.Address(0));
            return sealedFrom == inputBox
                // It may be older than its application, and then has already sealed epoch 0.
                ? (
                    ConsensusType.Prt,
                    0UL,
                    Answered(answers[8], what, "getDeploymentBlockNumber()", reader => reader.Number(0, "deployment block"))
                )
                : throw new RegistrationRefusedException(
                    $"The consensus {consensus} of the application {application} seals the inputs of the InputBox {sealedFrom}, but the "
                        + $"application takes them from {inputBox}."
                );
        }

        if (!Supports(answers[4]) && (Supports(answers[9]) || answers[5].Data is { Length: > 0 }))
            throw new RegistrationRefusedException(
                OfAnotherVersion(application, consensus, isOf3: Supports(answers[9]), sealsEpochs: answers[5].Data is { Length: > 0 })
            );
        var kind =
            Supports(answers[0]) ? ConsensusType.Quorum
            : Supports(answers[1]) && answers[2].Data is { Length: 32 } ? ConsensusType.Authority
            : throw new RegistrationRefusedException(
                $"The consensus {consensus} of the application {application} is neither an Authority nor a Quorum of @cartesi/rollups "
                    + $"2.2.0, nor a DaveConsensus of Dave 2.1: this build follows no other."
            );
        var length = Answered(answers[3], what, "getEpochLength()", reader => reader.Number(0, "epoch length"));
        return length > 0
            ? (kind, length, ulong.MaxValue)
            : throw new RegistrationRefusedException($"{what}: its epoch length is 0, so no epoch would ever end.");
    }

    private static string OfAnotherVersion(Address application, Address consensus, bool isOf3, bool sealsEpochs)
    {
        var found = isOf3
            ? $"{(sealsEpochs ? "a DaveConsensus of Dave 3" : "a contract")} for @cartesi/rollups 3.0.0 (validator interface "
                + $"0x{DaveConsensusContract.OutputsMerkleRootValidatorInterfaceOf3:x8})"
            : "a DaveConsensus of a version that this build does not know";
        return $"The consensus {consensus} of the application {application} is {found}, but this build follows Dave 2.1 with "
            + $"@cartesi/rollups 2.2.0 (validator interface 0x{DaveConsensusContract.OutputsMerkleRootValidatorInterface:x8}): run a node "
            + $"for the contract's version.";
    }

    private static bool Supports(CallOutcome answer)
    {
        try
        {
            return answer.Data is { } data && new AbiReader(data).Bool(0);
        }
        catch (AbiException)
        {
            return false;
        }
    }

    private static T Answered<T>(CallOutcome answer, string what, string function, Decode<T> read)
    {
        if (answer.Data is not { Length: > 0 } data)
            throw new RegistrationRefusedException($"{what}: {function} has no answer.");
        try
        {
            return read(new AbiReader(data));
        }
        catch (AbiException exception)
        {
            throw new RegistrationRefusedException($"{what}: {function} answers something else. {exception.Message}");
        }
    }

    private delegate T Decode<T>(AbiReader reader);

    private static string Shortened(byte[] data) => data.Length <= 40 ? Hex.Encode(data) : Hex.Encode(data.AsSpan(0, 40)) + "...";
}
