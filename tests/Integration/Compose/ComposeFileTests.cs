using Rollups.Node;

namespace Rollups.Integration.Tests;

public sealed class ComposeFileTests
{
    private readonly ComposeFile _compose = ComposeFile.Read();

    [Fact]
    public void Every_service_of_the_node_has_a_container_of_its_own()
    {
        _compose.Workers.Keys.ShouldBe(NodeServices.All, ignoreOrder: true);
        foreach (var (name, worker) in _compose.Workers)
            worker.Command.ShouldBe(["--services", name]);
    }

    [Fact]
    public void Ports_are_published_on_the_loopback_alone() =>
        _compose.Services.Values.SelectMany(service => service.Ports).ShouldAllBe(port => port.StartsWith("127.0.0.1:"));

    [Fact]
    public void No_two_services_publish_the_same_port() =>
        _compose.Services.Values.SelectMany(service => service.Ports).Select(port => port.Split(':')[1]).ShouldBeUnique();

    [Fact]
    public void A_worker_is_given_longer_to_stop_than_it_takes() =>
        _compose.Workers.Values.ShouldAllBe(worker => worker.StopGracePeriod == "15s");

    /// <summary>A copy of a machine outlives the server that it was forked from; without an init it stays as a zombie.</summary>
    [Fact]
    public void The_container_with_machine_servers_reaps_those_that_lose_their_parent() =>
        _compose
            .Workers.Where(worker => worker.Value.Init)
            .Select(worker => (worker.Key, worker.Value.Build!.Target))
            .ShouldBe([("advancer", "node-cartesi")]);

    [Fact]
    public void Only_who_sends_transactions_knows_the_key() =>
        _compose
            .Services.Where(service => service.Value.Environment.Keys.Any(name => name.StartsWith("ROLLUPS_Signer__")))
            .Select(service => service.Key)
            .ShouldBe(["claimer", "prt"], ignoreOrder: true);
}
