using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;

namespace Rollups.Ethereum;

/// <summary>
/// Sends many calls in as few requests as the endpoint accepts. Providers report batch limits in different words or by a status, so
/// messages are not parsed: if a batch fails but calls from it succeed alone, the batch was too large and is halved.
/// </summary>
internal sealed class RpcBatches(JsonRpcTransport transport, IOptions<EthereumOptions> options)
{
    private readonly LearnedLimit _calls = new((ulong)options.Value.MaxBatchSize, 1);

    /// <summary>
    /// One answer per call, in order. Errors are answers; an endpoint that does not answer causes an exception. The answers may come
    /// from several requests, and so from several nodes of a provider at different moments: callers that need one moment pin a block
    /// by hash.
    /// </summary>
    public async Task<RpcAnswer[]> CallManyAsync(IReadOnlyList<RpcRequest> calls, CancellationToken cancellationToken)
    {
        var answers = new List<RpcAnswer>(calls.Count);
        var isNarrowing = false;
        while (answers.Count < calls.Count)
        {
            var part = calls.Skip(answers.Count).Take((int)_calls.Size).ToList();
            var given = await TryAsync(part, isNarrowing, cancellationToken);
            isNarrowing = given is null;
            answers.AddRange(given ?? []);
        }

        return [.. answers];
    }

    /// <summary>
    /// The same, but every request also carries <paramref name="beside"/>, which only a node that has its block can answer, so no
    /// answer comes from a node that lags behind that block. Not available from an endpoint that accepts one call per request.
    /// </summary>
    /// <returns>The answers, and each request's answer to <paramref name="beside"/>.</returns>
    /// <exception cref="EthereumRpcException">The endpoint does not accept two calls in one request.</exception>
    public async Task<(RpcAnswer[] Answers, RpcAnswer[] Beside)> CallBesideAsync(
        IReadOnlyList<RpcRequest> calls,
        RpcRequest beside,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<RpcAnswer>(calls.Count);
        var besides = new List<RpcAnswer>();
        var isNarrowing = false;
        do
        {
            // At least two, even if the learned limit is one, because otherwise there would be no answer.
            List<RpcRequest> part = [.. calls.Skip(answers.Count).Take((int)Math.Max(_calls.Size, 2) - 1), beside];
            var given = await TryAsync(part, isNarrowing, cancellationToken);
            isNarrowing = given is null;
            if (given is not null)
            {
                answers.AddRange(given[..^1]);
                besides.Add(given[^1]);
            }
            else if (part.Count == 2)
            {
                throw new EthereumRpcException(
                    part[0].Method,
                    null,
                    $"the L1 endpoint accepts no batch of two calls, but {part[0].Method} and {beside.Method} must be "
                        + $"answered by one node, so the node concludes nothing. Use an endpoint that accepts batches"
                );
            }
        } while (answers.Count < calls.Count);
        return ([.. answers], [.. besides]);
    }

    /// <summary>The answers, or null if the batch was too large and must be reduced.</summary>
    private async Task<RpcAnswer[]?> TryAsync(List<RpcRequest> part, bool isNarrowing, CancellationToken cancellationToken)
    {
        RpcAnswer[]? given = null;
        Exception? failure = null;
        try
        {
            given =
                isNarrowing || _calls.IsTrial((ulong)part.Count)
                    ? await transport.SendOnceAsync(part, cancellationToken)
                    : await transport.SendAsync(part, cancellationToken);
        }
        catch (Exception exception) when (part.Count > 1 && RpcErrors.MayBeForSize(exception))
        {
            failure = exception;
        }

        // Some endpoints refuse the batch with one error, others every call in it, others only the calls beyond their limit.
        var suspect =
            given is null ? 0
            : part.Count == 1 ? -1
            : Array.FindIndex(given, IsRefused);
        // Two of them, because every second answer of a lagging replica would otherwise pass for a limit.
        if (
            suspect >= 0
            && await IsAnsweredAloneAsync(part[suspect], cancellationToken)
            && (suspect == part.Count - 1 || await IsAnsweredAloneAsync(part[^1], cancellationToken))
        )
        {
            _calls.Refused((ulong)part.Count);
            return null;
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (suspect < 0)
            _calls.Accepted((ulong)part.Count);
        return given;
    }

    private async Task<bool> IsAnsweredAloneAsync(RpcRequest call, CancellationToken cancellationToken)
    {
        try
        {
            return (await transport.SendOnceAsync([call], cancellationToken))[0] is { } answer
                && (answer.Error is null || RpcErrors.IsRevert(answer.Error));
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            return false;
        }
    }

    private static bool IsRefused(RpcAnswer answer) =>
        answer.Error is { } error && !RpcErrors.IsRevert(error) && !RpcErrors.IsRateLimit(error);
}
