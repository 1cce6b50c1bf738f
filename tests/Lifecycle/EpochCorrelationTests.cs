using Rollups.Contracts;

namespace Rollups.Lifecycle.Tests;

public sealed class EpochCorrelationTests
{
    private const string App = "0x75135d8adb7180640d29d822d9ad59e83e8695b2";

    [Fact]
    public void Version_5_gives_the_example_of_RFC_9562_appendix_A4() =>
        EpochCorrelation
            .Version5(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com")
            .ShouldBe(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"));

    [Fact]
    public void The_case_of_the_address_does_not_matter() =>
        EpochCorrelation.Id(1, "0x75135D8ADB7180640d29d822d9AD59E83E8695b2", 7).ShouldBe(EpochCorrelation.Id(1, App, 7));

    [Fact]
    public void Chain_application_and_epoch_each_change_the_id()
    {
        Guid[] ids =
        [
            EpochCorrelation.Id(1, App, 7),
            EpochCorrelation.Id(2, App, 7),
            EpochCorrelation.Id(1, App, 8),
            EpochCorrelation.Id(1, App.Replace('7', '8'), 7),
            EpochCorrelation.Id(11, App, 7),
        ];
        ids.Distinct().Count().ShouldBe(ids.Length);
    }

    /// <summary>Stored sagas are found by this value: it must never change.</summary>
    [Fact]
    public void The_id_of_a_known_epoch_stays_what_it_was() =>
        EpochCorrelation.Id(31337, App, 42).ShouldBe(new Guid("3a3dcdc9-de1d-5bf6-97b3-73d88f0010b9"));
}
