namespace Rollups.Reliability.Tests.Crashes;

/// <summary>The classes of tests that share the one node of <see cref="CrashTrial"/>, one test after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CrashTests : ICollectionFixture<CrashTrial>
{
    public const string Name = "crash points";
}
