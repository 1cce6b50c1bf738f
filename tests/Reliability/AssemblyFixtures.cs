using Rollups.Reliability.Tests;
using Rollups.Testing;

// One cluster per program: all classes share one set of servers, and a class that disturbs a server brings it back before the next begins.
// test.sh runs the outages in a program of their own, beside the rest.
[assembly: Xunit.v3.Parallelization(MaxThreads = 1)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
[assembly: AssemblyFixture(typeof(RealServers))]
