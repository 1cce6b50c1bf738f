using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Feed;
using Rollups.Api.Tests.Feed;
using Rollups.Api.Tests.Hosts;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Api.Tests.Page;

/// <summary>The live page in a real browser, and how its files are served.</summary>
public sealed class PageTests
{
    private static readonly string Script = Path.Combine(RepositoryFolder.Path, "tests", "Api", "Page", "page.mjs");

    /// <summary>Where the screenshots go, for eyes.</summary>
    private static readonly string Folder = Environment.GetEnvironmentVariable("ROLLUPS_SCREENSHOTS") ?? Path.GetTempPath();

    [Fact]
    [NeedsServers]
    public async Task The_page_shows_the_node_as_it_changes_and_resumes_after_a_restart()
    {
        await using var owner = await ApiHost.StartAsync();
        await Seed.AllAsync(owner.Host);
        await owner.Host.ChangeAsync(db =>
            db.Applications.Where(app => app.Name == "broken")
                .ExecuteUpdateAsync(
                    set => set.SetProperty(app => app.Reason, "input 4 raised an exception <img src=/nowhere>"),
                    Patience.Token
                )
        );
        await owner.Host.ChangeAsync(MineAsync);
        await ServiceReports.AddAsync(owner.Host);
        var node = await owner.AnotherAsync();
        var port = node.Web.Port;
        await using var browser = ProgramProcess.Start(
            "node",
            [Script, node.Web.ToString(), "visit", Folder],
            new Dictionary<string, string>()
        );
        await UntilAsync(browser, () => node.Host.Services.GetRequiredService<FeedHub>().Subscribers > 0);
        await node.PublishAsync(Published.Closed(7) with { OccurredAt = Later(1) });
        await UntilAsync(browser, () => browser.Lines.Contains("restart"));
        await node.DisposeAsync();
        await owner.PublishAsync(
            new EpochInputsProcessed
            {
                ChainId = 31337,
                Application = Seed.Echo.ToString(),
                ApplicationName = "echo",
                EpochIndex = 7,
                MachineHash = Seed.HashOf(1).ToString(),
                InputIndexUpperBound = 3,
                OccurredAt = Later(2),
            }
        );
        await owner.UntilWrittenAsync(2);
        await using var restarted = await owner.AnotherAsync(("Api:WebAddress", $"127.0.0.1:{port}"));
        await restarted.PublishAsync(
            new EpochClaimCalculated
            {
                ChainId = 31337,
                Application = Seed.Echo.ToString(),
                ApplicationName = "echo",
                EpochIndex = 7,
                OutputsMerkleRoot = Seed.HashOf(2).ToString(),
                LastBlock = 79,
                OccurredAt = Later(3),
            }
        );
        await FinishAsync(browser);
    }

    [Fact]
    [NeedsServers]
    public async Task Its_board_has_rejected_epochs_and_the_longest_waiting_of_all_that_it_counts()
    {
        await using var api = await ApiHost.StartAsync();
        var waits = 0;
        await api.Host.ChangeAsync(async db =>
        {
            var lost = await Seed.AddAsync(db, "lost", Seed.AddressOf(1));
            db.Add(Seed.EpochOf(lost, 0, 0, EpochStatus.Closed));
            await Seed.RejectAsync(db, lost, 0, DateTimeOffset.UtcNow.AddDays(-1));
            waits = await Seed.AddAsync(db, "waits", Seed.AddressOf(2));
            for (var index = 0ul; index < 3; index++)
            {
                db.Add(Seed.EpochOf(waits, index, index, EpochStatus.Closed));
                await Seed.BringToAsync(db, waits, index, EpochStatus.ClaimSubmitted);
            }

            var stuck = await Seed.AddAsync(db, "stuck", Seed.AddressOf(3));
            var behind = await Seed.AddAsync(db, "behind", Seed.AddressOf(4));
            db.Add(ClosedAt(stuck, 0, DateTimeOffset.UtcNow.AddDays(-2)));
            for (var index = 0ul; index < 1050; index++)
                db.Add(ClosedAt(behind, index, DateTimeOffset.UtcNow.AddHours(-1)));
        });
        await using var browser = ProgramProcess.Start(
            "node",
            [Script, api.Web.ToString(), "board", Folder],
            new Dictionary<string, string>()
        );
        await UntilAsync(browser, () => browser.Lines.Contains("reject"));
        var now = DateTimeOffset.UtcNow;
        await api.Host.ChangeAsync(db =>
            db.MoveEpochAsync(waits, 1, EpochStatus.ClaimSubmitted, EpochStatus.ClaimRejected, now, null, Patience.Token)
        );
        await api.PublishAsync(
            new EpochClaimRejected
            {
                ChainId = 31337,
                Application = Seed.AddressOf(2).ToString(),
                ApplicationName = "waits",
                EpochIndex = 1,
                OutputsMerkleRoot = Seed.HashOf(1).ToString(),
                AcceptedOutputsMerkleRoot = null,
                Reason = "L1 accepted another claim.",
                OccurredAt = now,
            }
        );
        await FinishAsync(browser);
    }

    [Fact]
    [NeedsServers]
    public async Task With_a_token_the_page_asks_for_it()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "let-me-in\n", Patience.Token);
        await using var api = await ApiHost.StartAsync(settings: ("Api:TokenFile", file));
        string[] arguments = [Script, api.Web.ToString(), "enter", Folder, "let-me-in"];
        await using var browser = ProgramProcess.Start("node", arguments, new Dictionary<string, string>());
        await FinishAsync(browser);
        File.Delete(file);
    }

    [Fact]
    public async Task Its_files_load_nothing_from_elsewhere_and_are_sent_only_when_they_have_changed()
    {
        await using var api = await ApiHost.StartAsync();
        using var page = await api.SendAsync(HttpMethod.Get, "");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldStartWith("default-src 'none'; script-src 'self';");
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        using var again = await api.SendAsync(HttpMethod.Get, "", headers: headers => headers.IfNoneMatch.Add(page.Headers.ETag!));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        var files = Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "src", "Services", "Api", "Page", "Files"));
        files.Length.ShouldBeGreaterThan(5);
        foreach (var file in files)
        {
            using var answer = await api.SendAsync(HttpMethod.Get, Path.GetFileName(file));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, file);
            var text = await answer.Content.ReadAsStringAsync(Patience.Token);
            text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).ShouldNotContain("://");
        }

        using var none = await api.SendAsync(HttpMethod.Get, "../appsettings.json");
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>L1 has mined the first version of the claim's transaction, and the causes of some stages are known.</summary>
    private static async Task MineAsync(RollupsDbContext db)
    {
        var sent = await db.Transactions.SingleAsync(row => row.EpochIndex == 3, Patience.Token);
        sent.SentAtBlock = 42;
        (await db.ReplacedTransactions.SingleAsync(Patience.Token)).SentAtBlock = 40;
        db.Add(
            new MinedTransaction
            {
                TransactionId = sent.Id,
                TransactionHash = Seed.HashOf(46),
                BlockNumber = 44,
                GasUsed = 50_000,
                EffectiveGasPrice = 1_500_000_000,
            }
        );
        foreach (
            var (status, cause) in new[]
            {
                (EpochStatus.Open, StepCause.Signal),
                (EpochStatus.ClaimCalculated, StepCause.Event),
                (EpochStatus.ClaimAccepted, StepCause.Sync),
            }
        )
            db.Add(
                new EpochStep
                {
                    ApplicationId = sent.ApplicationId,
                    EpochIndex = 3,
                    Status = status,
                    At = Seed.Start,
                    Cause = cause,
                    CauseMessageId = cause == StepCause.Event ? Guid.NewGuid() : null,
                    MessageId = Guid.NewGuid(),
                }
            );
    }

    private static Epoch ClosedAt(int app, ulong index, DateTimeOffset at)
    {
        var epoch = Seed.EpochOf(app, index, index, EpochStatus.Closed);
        (epoch.ClosedAt, epoch.UpdatedAt) = (at, at);
        return epoch;
    }

    /// <summary>Later than what is seeded.</summary>
    private static DateTimeOffset Later(int days) => Seed.Start.AddDays(days);

    private static async Task UntilAsync(ProgramProcess browser, Func<bool> condition)
    {
        while (!condition())
        {
            browser.HasExited.ShouldBeFalse(string.Join('\n', browser.Lines));
            await Task.Delay(50, Patience.Token);
        }
    }

    private static async Task FinishAsync(ProgramProcess browser) =>
        (await browser.WaitForExitAsync(Patience.Token)).ShouldBe(0, string.Join('\n', browser.Lines));
}
