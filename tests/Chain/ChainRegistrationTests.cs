using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Chain.Tests;

public sealed class ChainRegistrationTests
{
    [Fact]
    public void Services_of_one_process_share_the_rules()
    {
        var services = new ServiceCollection().AddChainPolicy().AddChainPolicy();
        services.ShouldAllBe(service => service.Lifetime == ServiceLifetime.Singleton);
        services.Select(service => service.ServiceType).ShouldBe([typeof(LoadChainPolicy), typeof(FollowChainPolicy)], ignoreOrder: true);
    }
}
