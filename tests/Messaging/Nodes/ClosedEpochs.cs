using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.HopWork;

/// <summary>Makes applications, and epochs that close without an input. Tests and benchmarks share it.</summary>
internal static class ClosedEpochs
{
    public static Address Address(int application) => Domain.Address.Parse($"0x{application:x40}");

    /// <summary>Applications 1 to <paramref name="count"/>; their ids in the database.</summary>
    public static Task<int[]> AddApplicationsAsync(
        IUnitOfWork unit,
        int count,
        CancellationToken cancellationToken,
        Hash32 templateHash = default
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var applications = Enumerable
                    .Range(1, count)
                    .Select(number => new Application
                    {
                        Name = $"echo-{number}",
                        Address = Address(number),
                        ConsensusAddress = default,
                        InputBoxAddress = default,
                        InputBoxBlock = 1,
                        DeploymentBlock = 1,
                        TemplateHash = templateHash,
                        TemplateUri = "echo:",
                        EpochLength = 10,
                        ConsensusType = ConsensusType.Authority,
                    })
                    .ToArray();
                scope.Db.AddRange(applications);
                await scope.Db.SaveChangesAsync(token);
                return applications.Select(application => application.Id).ToArray();
            },
            cancellationToken
        );

    /// <summary>One unit of work: the epoch is stored as CLOSED, with its event.</summary>
    public static Task CloseAsync(IUnitOfWork unit, int applicationId, int application, int epoch, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var now = DateTimeOffset.UtcNow;
                scope.Db.Add(
                    new Epoch
                    {
                        ApplicationId = applicationId,
                        Index = (ulong)epoch,
                        VirtualIndex = (ulong)epoch,
                        FirstBlock = (ulong)epoch * 10,
                        LastBlock = ((ulong)epoch * 10) + 9,
                        Status = EpochStatus.Closed,
                        OpenedAt = now,
                        ClosedAt = now,
                        CreatedAt = now,
                        UpdatedAt = now,
                    }
                );
                await scope
                    .Outbox()
                    .Publish(
                        new EpochClosed
                        {
                            ChainId = 31337,
                            Application = Address(application).ToString(),
                            ApplicationName = $"echo-{application}",
                            EpochIndex = (ulong)epoch,
                            InputIndexLowerBound = 0,
                            InputIndexUpperBound = 0,
                            OccurredAt = now,
                        },
                        token
                    );
                return 0;
            },
            cancellationToken
        );
}
