namespace Rollups.Messaging.Tests.Queues;

public sealed class QueueStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Queues_of_the_services_are_measured_with_their_error_queues_and_no_others() =>
        QueueState
            .Of(
                [
                    Queue("prt-epoch-closed"),
                    Queue("advancer_error"),
                    Queue("validator-epoch_skipped"),
                    Queue("host_node_bus_x"),
                    Queue("prtx"),
                    Queue("prt"),
                    Queue("orders"),
                ],
                ["prt", "advancer", "validator"]
            )
            .Select(queue => queue.Name)
            .ShouldBe(["prt-epoch-closed", "advancer_error", "validator-epoch_skipped"]);

    [Fact]
    public void The_queues_of_a_services_replicas_are_one_series_with_all_their_messages_and_the_oldest_one()
    {
        var queues = QueueState.Of(
            [
                new($"advancer-{Guid.NewGuid():N}", 3, 1, 1, Noon),
                new($"advancer-{Guid.NewGuid():N}", 4, 2, 1, Noon.AddMinutes(-1)),
                new($"advancer-{Guid.NewGuid():N}", 0, 0, 1, null),
                Queue("advancer_error"),
            ],
            ["advancer"]
        );

        queues.ShouldBe([new("advancer", 7, 3, 3, Noon.AddMinutes(-1)), Queue("advancer_error")]);
    }

    private static QueueState Queue(string name) => new(name, 0, 0, 0, null);
}
