using Microsoft.Extensions.Logging;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Inputs;

/// <summary>Reads the counters of all applications at one block, in one batch.</summary>
internal sealed partial class ReadChainFacts(IEthereumClient client, ILogger<ReadChainFacts> logger)
{
    /// <param name="applications">Whom to ask about.</param>
    /// <param name="head">The observed head. Asked by its hash: a replica that lags must not answer as of an older block, or what is new would pass for read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<Dictionary<int, ChainFacts>> ReadAsync(IReadOnlyList<ObservedApplication> applications, BlockHeader head, CancellationToken cancellationToken)
    {
        var questions = applications.SelectMany(Questions).ToList();
        var answers = await AskAsync(questions, BlockTag.Of(head), cancellationToken);
        var facts = applications.ToDictionary(app => app.Id, _ => default(ChainFacts));
        foreach (var (question, answer) in questions.Zip(answers))
        {
            var app = question.Application;
            try
            {
                // No code at this block yet: the application was registered before the observed head got there.
                if (answer?.Data is { Length: > 0 } data)
                    facts[app.Id] = question.Read(facts[app.Id], data);
                else
                    LogNoAnswer(logger, question.What, app.Name, app.Address, head.Number, answer?.Error?.NodeMessage);
            }
            catch (AbiException exception)
            {
                LogUnreadable(logger, question.What, app.Name, app.Address, exception.Message);
            }
        }

        return facts;
    }

    private static IEnumerable<Question> Questions(ObservedApplication app)
    {
        yield return new(app, "getNumberOfInputs", InputBoxContract.GetNumberOfInputs(app.InputBox, app.Address), (facts, data) => facts with { Inputs = new AbiReader(data).Number(0, "number of inputs") });
        if (app.Consensus == Persistence.ConsensusType.Prt)
            yield return new(app, "getCurrentSealedEpoch", DaveConsensusContract.GetCurrentSealedEpoch(app.ConsensusAddress), (facts, data) => facts with { Sealed = DaveConsensusContract.DecodeCurrentSealedEpoch(data) });
        if (app.OutputCount > 0)
            yield return new(app, "getNumberOfExecutedOutputs", ApplicationContract.GetNumberOfExecutedOutputs(app.Address), (facts, data) => facts with { Executed = new AbiReader(data).Number(0, "number of executed outputs") });
    }

    private async Task<IReadOnlyList<CallOutcome?>> AskAsync(List<Question> questions, BlockTag block, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CallManyAsync([.. questions.Select(question => question.Call)], block, cancellationToken);
        }
        catch (EthereumRpcException exception)
        {
            // One contract that the L1 node cannot call (out of gas, for one) must not hide the others.
            LogBatchRefused(logger, exception.Message);
        }

        var answers = new List<CallOutcome?>(questions.Count);
        foreach (var question in questions)
        {
            try
            {
                answers.Add(new CallOutcome(await client.CallAsync(question.Call, block, cancellationToken), null));
            }
            catch (EthereumRpcException exception)
            {
                LogNoAnswer(logger, question.What, question.Application.Name, question.Application.Address, block.Number, exception.NodeMessage);
                answers.Add(null);
            }
        }

        return answers;
    }

    private sealed record Question(ObservedApplication Application, string What, CallRequest Call, Func<ChainFacts, byte[], ChainFacts> Read);

    [LoggerMessage(1, LogLevel.Debug, "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error} It is asked again at the next head.")]
    private static partial void LogNoAnswer(ILogger logger, string what, string name, Address application, ulong block, string? error);

    [LoggerMessage(2, LogLevel.Error, "{What} of application {Name} ({Application}) cannot be read: {Error} Its inputs are not read; the others are.")]
    private static partial void LogUnreadable(ILogger logger, string what, string name, Address application, string error);

    [LoggerMessage(3, LogLevel.Warning, "The L1 node refused a batch of calls: {Error} The applications are asked about one by one.")]
    private static partial void LogBatchRefused(ILogger logger, string error);
}
