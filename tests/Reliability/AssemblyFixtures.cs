using Rollups.Testing;

[assembly: AssemblyFixture(typeof(RealServers))]
