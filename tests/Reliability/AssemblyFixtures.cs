using Rollups.Reliability.Tests;
using Rollups.Testing;

// One cluster at a time: with two of them and another test program beside, a process of two cores may take longer to start or to stop than
// an operator is promised. A class that does something to a server has servers of its own, as its class fixture; the others share these.
[assembly: Xunit.v3.Parallelization(MaxThreads = 1)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
[assembly: AssemblyFixture(typeof(RealServers))]
