using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// Reads the counters of all applications at one block in few requests. Requests may reach several nodes, so they name the block by
/// its hash to get one consistent view. A missing answer is logged once per application and cause.
/// </summary>
internal sealed partial class AskContracts(IEthereumClient client, ApplicationSight sight, ILogger logger)
{
    /// <param name="applications">The applications to query.</param>
    /// <param name="head">
    /// The observed head. Queries are pinned to its hash: a lagging replica must not answer for an older block, or new data would be
    /// taken as read.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<Dictionary<int, ChainFacts>> RunAsync(
        IReadOnlyList<ObservedApplication> applications,
        BlockHeader head,
        CancellationToken cancellationToken
    )
    {
        var questions = applications.SelectMany(Questions).ToList();
        var answers = await AskAsync(questions, BlockTag.Of(head), cancellationToken);
        var facts = applications.ToDictionary(app => app.Id, _ => default(ChainFacts));
        foreach (var (question, answer) in questions.Zip(answers))
        {
            var app = question.Application;
            try
            {
                if (answer.Data is { Length: > 0 } data)
                {
                    facts[app.Id] = question.Read(facts[app.Id], data);
                    sight.Sees(app, question.What);
                }
                else if (head.Number >= app.DeploymentBlock)
                {
                    sight.Misses(
                        app,
                        question.What,
                        answer.Error is { } error ? $"error {error.Code}" : "nothing",
                        head.Number,
                        answer.Error?.Message ?? "the answer is empty, as of an address without a contract"
                    );
                }
                else
                {
                    // No code at this block yet: the application was registered before the observed head reached its deployment.
                    LogNotThere(logger, question.What, app.Name, app.Address, head.Number);
                }
            }
            catch (AbiException exception)
            {
                sight.Misses(app, question.What, "unreadable", head.Number, exception.Message);
            }
        }

        return facts;
    }

    private static IEnumerable<Question> Questions(ObservedApplication app)
    {
        yield return new(
            app,
            "getNumberOfInputs",
            InputBoxContract.GetNumberOfInputs(app.InputBox, app.Address),
            (facts, data) => facts with { Inputs = new AbiReader(data).Number(0, "number of inputs") }
        );
        if (app.Consensus == ConsensusType.Prt)
            yield return new(
                app,
                "getCurrentSealedEpoch",
                DaveConsensusContract.GetCurrentSealedEpoch(app.ConsensusAddress),
                (facts, data) => facts with { Sealed = DaveConsensusContract.DecodeCurrentSealedEpoch(data) }
            );
        if (app.OutputCount > 0)
            yield return new(
                app,
                "getNumberOfExecutedOutputs",
                ApplicationContract.GetNumberOfExecutedOutputs(app.Address),
                (facts, data) => facts with { Executed = new AbiReader(data).Number(0, "number of executed outputs") }
            );
    }

    private async Task<IReadOnlyList<Answer>> AskAsync(List<Question> questions, BlockTag block, CancellationToken cancellationToken)
    {
        try
        {
            return
            [
                .. (await client.CallManyAsync([.. questions.Select(question => question.Call)], block, cancellationToken)).Select(
                    outcome => new Answer(outcome.Data, outcome.Error)
                ),
            ];
        }
        catch (EthereumRpcException exception)
        {
            // One contract that the L1 node cannot call (for example, out of gas) must not hide the others.
            LogBatchRefused(logger, exception.Message);
        }

        var answers = new List<Answer>(questions.Count);
        foreach (var question in questions)
        {
            try
            {
                answers.Add(new Answer(await client.CallAsync(question.Call, block, cancellationToken), null));
            }
            catch (EthereumRpcException exception)
            {
                answers.Add(new Answer(null, exception));
            }
        }

        return answers;
    }

    /// <param name="Data">Return data, which may be empty; null where there is none.</param>
    /// <param name="Error">A revert, or any other error.</param>
    private sealed record Answer(byte[]? Data, EthereumRpcException? Error);

    private sealed record Question(
        ObservedApplication Application,
        string What,
        CallRequest Call,
        Func<ChainFacts, byte[], ChainFacts> Read
    );

    [LoggerMessage(
        2,
        LogLevel.Debug,
        "{What} of application {Name} ({Application}) has no answer at block {Block}, because the application is younger. The "
            + "node asks again at the next head."
    )]
    private static partial void LogNotThere(ILogger logger, string what, string name, Address application, ulong block);

    [LoggerMessage(3, LogLevel.Debug, "The L1 node refused a batch of calls: {Error} The node asks for each fact on its own.")]
    private static partial void LogBatchRefused(ILogger logger, string error);
}
