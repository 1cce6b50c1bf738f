using System.Text;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>What the chain does in a test: applications, and inputs on chosen blocks.</summary>
internal sealed class Story(AnvilChain anvil, CancellationToken token)
{
    public const ulong EpochLength = 10;
    private static int _salt;

    public async Task<Address> DeployAsync(string templateUri = "echo:")
    {
        var salt = new byte[32];
        salt[31] = (byte)Interlocked.Increment(ref _salt);
        var template = await EchoTemplate.HashAsync(token, templateUri);
        return (await anvil.Contracts.DeployAuthorityApplicationAsync(EpochLength, template, new Hash32(salt), token)).Application;
    }

    public Task SendAsync(Address application, string payload) =>
        anvil.Contracts.AddInputAsync(application, Encoding.UTF8.GetBytes(payload), token);

    /// <summary>All of them in one block.</summary>
    public async Task SendTogetherAsync(params (Address Application, string Payload)[] inputs)
    {
        await anvil.Chain.SetAutomineAsync(false, token);
        foreach (var (application, payload) in inputs)
            await anvil.Chain.SubmitAsync(
                DevnetAccounts.User,
                RollupsContracts.InputBox,
                InputBoxContract.AddInput(application, Encoding.UTF8.GetBytes(payload)),
                token
            );
        await anvil.Chain.MineAsync(1, token);
        await anvil.Chain.SetAutomineAsync(true, token);
    }

    /// <summary>The next transaction is then mined on a block with that remainder by the epoch length.</summary>
    public async Task MineToBlockBeforeAsync(ulong phase, ulong epochsAhead = 0)
    {
        var next = await anvil.Chain.HeadAsync(token) + 1;
        var target = next + ((phase + EpochLength - (next % EpochLength)) % EpochLength) + (epochsAhead * EpochLength);
        await anvil.Chain.MineToAsync(target - 1, token);
    }

    /// <summary>Mines into the next epoch, so that the running one is over.</summary>
    public async Task EndEpochAsync()
    {
        await MineToBlockBeforeAsync(phase: 0);
        await anvil.Chain.MineAsync(1, token);
    }

    public async Task<List<Epoch>> SettledAsync(TestNode node, int expected) =>
        await UntilAsync(
            () => node.ReadAsync(db => db.Epochs.AsNoTracking().ToListAsync(token)),
            epochs =>
                epochs.Count >= expected
                && epochs.TrueForAll(epoch => epoch.Status is EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected)
        );

    /// <summary>The saga is at its end, and has heard of every stage: events come in any order.</summary>
    public static bool IsWhole(EpochLifecycleState saga) =>
        saga
            is {
                CurrentState: "Accepted",
                OpenedAt: not null,
                ClosedAt: not null,
                InputsProcessedAt: not null,
                ClaimCalculatedAt: not null,
                ClaimSubmittedAt: not null,
            };

    /// <summary>Reads until it is done; a failure says how far it came.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> done, Func<T, string>? describe = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var value = await read();
            if (done(value))
                return value;
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                throw new TimeoutException($"Not done after {Hang.Limit}. {describe?.Invoke(value)}");
            }
        }
    }

    /// <summary>Every stored output is valid to its contract, and a voucher can be executed.</summary>
    public async Task HoldOnChainAsync(TestNode node, int expectedOutputs)
    {
        var outputs = await node.ReadAsync(db =>
            db.Outputs.Join(db.Applications, output => output.ApplicationId, app => app.Id, (output, app) => new { output, app.Address })
                .ToListAsync(token)
        );
        outputs.Count.ShouldBe(expectedOutputs);
        var proofs = new Dictionary<(int, ulong), Hash32[]>();
        foreach (var ofOne in outputs.Select(row => row.output).GroupBy(output => output.ApplicationId))
        {
            var read = await node.ReadAsync(db => OutputProofs.ReadAsync(db, [.. ofOne], token));
            foreach (var output in ofOne)
                proofs.Add((output.ApplicationId, output.Index), read.Of(output).ShouldNotBeNull());
        }

        foreach (var row in outputs)
        {
            await anvil.Chain.Client.CallAsync(
                ApplicationContract.ValidateOutput(
                    row.Address,
                    row.output.RawData,
                    row.output.Index,
                    proofs[(row.output.ApplicationId, row.output.Index)]
                ),
                BlockTag.Latest,
                token
            );
        }

        var voucher = outputs.First(row => Outputs.IsExecutable(row.output.RawData));
        await anvil.Chain.SendAsync(
            DevnetAccounts.User,
            voucher.Address,
            ApplicationContract.ExecuteOutput(
                voucher.output.RawData,
                voucher.output.Index,
                proofs[(voucher.output.ApplicationId, voucher.output.Index)]
            ),
            token
        );
    }
}
