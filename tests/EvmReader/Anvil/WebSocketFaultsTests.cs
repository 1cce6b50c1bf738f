using Microsoft.EntityFrameworkCore;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>
/// The WebSocket only says when to look: cut, silent, refused or full of garbage, heads are found without it, and it is connected again.
/// </summary>
[NeedsServers]
public sealed class WebSocketFaultsTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("cut")]
    [InlineData("silent")]
    [InlineData("refused")]
    [InlineData("garbage")]
    public async Task A_WebSocket_that_fails_is_made_up_for_by_polling_and_connected_again(string fault)
    {
        // Alive, the WebSocket leaves nine polls of ten out: the test would take half a minute for each input then.
        await using var reader = await ReaderBehindProxy.StartAsync(
            postgres,
            "latest",
            webSocket: true,
            ("Ethereum:PollingInterval", "00:00:01"),
            ("Ethereum:HeadTimeout", "00:00:01.5")
        );
        await reader.AddInputAsync();
        await reader.ShouldStoreEveryInputOnceAsync();
        var socket = reader.Proxy.WebSocket;
        var before = socket.Connections;
        socket.IsSilent = fault == "silent";
        socket.Refuses = fault == "refused";
        socket.Instead = fault == "garbage" ? "]garbage[" : null;
        if (fault is "cut" or "refused")
            socket.Cut();

        await reader.AddInputAsync();
        await reader.ShouldStoreEveryInputOnceAsync();
        await reader.UntilAsync(() => Task.FromResult(socket.Connections > before));
        (socket.Connections - before).ShouldBeLessThan(15);

        (socket.IsSilent, socket.Refuses, socket.Instead) = (false, false, null);
        var inputs = await reader.ReadAsync(db => db.Inputs.CountAsync(TestContext.Current.CancellationToken));
        await reader.AddInputAsync();
        await reader.ShouldStoreEveryInputOnceAsync();
        (await reader.ReadAsync(db => db.Inputs.CountAsync(TestContext.Current.CancellationToken))).ShouldBe(inputs + 1);
    }
}
