using Rollups.Reliability.Tests;
using Rollups.Testing;

// Two clusters side by side: each waits for most of its time, and a dozen services at once are enough for two cores. A class that does something to a server has
// servers of its own, as its class fixture; the others share these.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
[assembly: AssemblyFixture(typeof(RealServers))]
