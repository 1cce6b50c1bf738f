using Rollups.Testing;

// What one class does to a server, it would do to the others; and a dozen services at once are enough for two cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(RealServers))]
