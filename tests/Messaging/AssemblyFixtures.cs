using Rollups.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]

// The tests spend their time in waits for servers, and little of it on a core.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
