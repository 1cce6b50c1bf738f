using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Domain;
using Rollups.HopWork;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>Stored inputs for Advancers that are processes of their own, and how many of them have run.</summary>
internal static class WaitingInputs
{
    private const int PayloadBytes = 256;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The encoded EvmAdvance call of an input.</summary>
    public static byte[] Input(int index)
    {
        var payload = new byte[PayloadBytes];
        BitConverter.TryWriteBytes(payload, index);
        return new EvmAdvance(31337, Address.Zero, ClosedEpochs.Address(7), 1, 1, Hash32.Zero, (ulong)index, payload).Encode();
    }

    /// <summary>
    /// Inputs of an epoch of their own, and the event that announces them. The first epoch is closed, and a last one stays open.
    /// </summary>
    /// <param name="node">Node that stores them.</param>
    /// <param name="id">Application in the database.</param>
    /// <param name="application">Its number.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="first">Index of the first of them.</param>
    /// <param name="epoch">Index of the epoch.</param>
    /// <param name="isLast">Whether the epoch stays open.</param>
    public static Task<int> StoreAsync(
        BenchmarkNode node,
        int id,
        int application,
        int inputs,
        int first = 0,
        ulong epoch = 0,
        bool isLast = false
    ) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var now = DateTimeOffset.UtcNow;
                var row = await scope.Db.Applications.SingleAsync(app => app.Id == id, token);
                var bounds = new EpochBounds(epoch, epoch * 10, (epoch * 10) + 9, (ulong)first, (ulong)(first + inputs));
                await scope.Transitions.OpenAsync(row, bounds, epoch, now, token);
                if (!isLast)
                    await scope.Transitions.CloseAsync(row, bounds, now, token);
                await scope.Transitions.ReceiveInputsAsync(
                    row,
                    [
                        .. Enumerable
                            .Range(first, inputs)
                            .Select(index => new Input
                            {
                                ApplicationId = id,
                                Index = (ulong)index,
                                EpochIndex = epoch,
                                BlockNumber = epoch * 10,
                                RawData = Input(index),
                                TransactionHash = Keccak256.Hash([.. BitConverter.GetBytes(application), .. BitConverter.GetBytes(index)]),
                                CreatedAt = now,
                                UpdatedAt = now,
                            }),
                    ],
                    now,
                    token
                );
                return 0;
            },
            CancellationToken.None
        );

    /// <summary>
    /// Waits until that many inputs of all applications have their results, with one cheap statement every ten milliseconds.
    /// </summary>
    /// <exception cref="InvalidOperationException">An Advancer has ended, or takes more than five minutes.</exception>
    public static Task UntilRunAsync(Deployment deployment, long inputs, params IReadOnlyList<ProgramProcess> advancers) =>
        UntilAsync(
            deployment,
            string.Create(CultureInfo.InvariantCulture, $"SELECT sum(processed_inputs) >= {inputs} FROM applications"),
            advancers
        );

    /// <summary>
    /// Waits until every closed epoch is finished too: the first one makes a new process compile what publishes events.
    /// </summary>
    /// <exception cref="InvalidOperationException">An Advancer has ended, or takes more than five minutes.</exception>
    public static Task UntilFinishedAsync(Deployment deployment, params IReadOnlyList<ProgramProcess> advancers) =>
        UntilAsync(deployment, "SELECT NOT EXISTS (SELECT 1 FROM epochs WHERE status IN ('OPEN', 'CLOSED'))", advancers);

    private static async Task UntilAsync(Deployment deployment, string sql, IReadOnlyList<ProgramProcess> advancers)
    {
        await using var connection = new NpgsqlConnection(deployment.Settings["Database:ConnectionString"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.PrepareAsync();
        var began = Stopwatch.GetTimestamp();
        while (await command.ExecuteScalarAsync() is not true)
        {
            if (advancers.FirstOrDefault(advancer => advancer.HasExited) is { } ended)
                throw new InvalidOperationException("An Advancer has ended:\n" + string.Join('\n', ended.Lines));
            if (Stopwatch.GetElapsedTime(began) > Limit)
                throw new InvalidOperationException(
                    $"Not true after {Limit}: {sql}\n" + string.Join('\n', advancers.SelectMany(advancer => advancer.Lines))
                );
            await Task.Delay(10);
        }
    }
}
