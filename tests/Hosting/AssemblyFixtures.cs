using Rollups.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
