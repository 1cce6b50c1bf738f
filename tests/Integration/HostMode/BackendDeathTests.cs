using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests.HostMode;

/// <summary>Backends that die, hang or raise beside one that works: each within its own application.</summary>
[NeedsServers]
public sealed class BackendDeathTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_that_dies_with_an_input_in_hand_is_replayed_from_the_last_accepted_state()
    {
        var story = new Story(anvil, Cancel);
        var folder = Directory.CreateTempSubdirectory("rollups-death-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        // Counts its inputs in memory, and dies once with the second one in its hands, after it has emitted something.
        var program = Path.Combine(folder.FullName, "counter.py");
        await File.WriteAllTextAsync(
            program,
            $$"""
            import json, os, urllib.request
            def post(path, body):
                request = urllib.request.Request(os.environ["ROLLUP_HTTP_SERVER_URL"] + path, json.dumps(body).encode())
                with urllib.request.urlopen(request) as answer:
                    return answer.status, answer.read()
            count = 0
            while True:
                status, text = post("/finish", {"status": "accept"})
                if status != 200:
                    continue
                count += 1
                post("/notice", {"payload": "0x%02x" % count})
                if count == 2 and not os.path.exists("{{folder.FullName}}/died"):
                    open("{{folder.FullName}}/died", "w").close()
                    os._exit(7)
            """,
            Cancel
        );
        settings["Machines:Host:Command"] = $"exec python3 {program}";
        var template = $"host:{AnvilProcess.FreePort()}";
        await using (var node = await TestNode.StartAsync(settings, Cancel))
        {
            var echo = await story.DeployAsync();
            await node.RegisterAsync("echo", echo, Cancel);
            var application = await story.DeployAsync(template);
            await node.RegisterAsync("counter", application, Cancel, template);
            await story.MineToBlockBeforeAsync(phase: 0);
            foreach (var payload in (string[])["one", "two", "three"])
                await story.SendAsync(application, payload);
            await story.SendAsync(echo, "beside it");
            await story.EndEpochAsync();

            (await story.SettledAsync(node, expected: 2)).ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            File.Exists(Path.Combine(folder.FullName, "died")).ShouldBeTrue();
            var counter = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(app => app.Name == "counter", Cancel));
            (counter.State, counter.ProcessedInputs).ShouldBe((ApplicationState.Enabled, 3UL));
            (
                await node.ReadAsync(db =>
                    db.Outputs.Where(output => output.ApplicationId == counter.Id)
                        .OrderBy(output => output.Index)
                        .Select(output => output.RawData)
                        .ToListAsync(Cancel)
                )
            ).ShouldBe([Outputs.Notice([1]), Outputs.Notice([2]), Outputs.Notice([3])]);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_backend_that_never_finishes_stops_its_application_alone_and_names_the_setting()
    {
        var story = new Story(anvil, Cancel);
        var folder = Directory.CreateTempSubdirectory("rollups-hang-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        settings["Machines:Host:AdvanceTimeout"] = "00:00:02";
        settings["Machines:Host:Command"] =
            "curl -s -d '{\"status\":\"accept\"}' $ROLLUP_HTTP_SERVER_URL/finish --retry 1000 --retry-delay 1 --retry-all-errors; "
            + "sleep 1000";
        settings["Machines:Host:PollTimeout"] = "00:10:00";
        var template = $"host:{AnvilProcess.FreePort()}";
        await using (var node = await TestNode.StartAsync(settings, Cancel))
        {
            var echo = await story.DeployAsync();
            await node.RegisterAsync("echo", echo, Cancel);
            var application = await story.DeployAsync(template);
            await node.RegisterAsync("hanging", application, Cancel, template);
            await story.MineToBlockBeforeAsync(phase: 0);
            await story.SendAsync(application, "one");
            await story.SendAsync(echo, "beside it");
            await story.EndEpochAsync();

            var stopped = await story.UntilAsync(
                () => node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(app => app.Name == "hanging", Cancel)),
                app => app.State == ApplicationState.Inoperable
            );
            stopped.ReasonKind.ShouldBe(InoperableKind.Failed);
            stopped.Reason!.ShouldContain("did not finish input 0 within 2 s; raise Machines:Host:AdvanceTimeout");
            await story.UntilAsync(
                () => node.ReadAsync(db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Cancel)),
                accepted => accepted == 1
            );
        }

        folder.Delete(recursive: true);
    }
}
