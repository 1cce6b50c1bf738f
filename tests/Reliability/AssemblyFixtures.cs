using Rollups.Reliability.Tests;
using Rollups.Testing;

// One cluster at a time: with two of them and another test program beside, a process of two cores may take longer to start or to stop than
// an operator is promised. So all classes share one set of servers: a class that disturbs a server brings it back before the next begins.
[assembly: Xunit.v3.Parallelization(MaxThreads = 1)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
[assembly: AssemblyFixture(typeof(RealServers))]
