using Rollups.Reliability.Tests.Cluster;

[assembly: AssemblyFixture(typeof(ClusterServers))]
