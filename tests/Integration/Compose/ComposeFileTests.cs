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

    [Fact]
    public void Only_who_sends_transactions_knows_the_key() =>
        _compose
            .Services.Where(service => service.Value.Environment.Keys.Any(name => name.StartsWith("ROLLUPS_Signer__")))
            .Select(service => service.Key)
            .ShouldBe(["claimer", "prt"], ignoreOrder: true);
}
