using CsCheck;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

public sealed class StoredValueTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Every_value_comes_back_as_it_was_stored(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var values = Gen.Select(
                Gen.ULong[1, long.MaxValue],
                Gen.Byte.Array[20],
                Gen.Byte.Array[32],
                Gen.Long[0, 253402300799999999],
                Gen.Enum<ConsensusType>()
            )
            .Array[50]
            .Single();
        foreach (var (number, address, hash, micros, consensus) in values)
        {
            var stored = Seed.NewApplication();
            stored.Address = new Address(address);
            stored.TemplateHash = new Hash32(hash);
            (stored.InputBoxBlock, stored.EpochLength, stored.ConsensusType) = (number, number, consensus);
            stored.CreatedAt = DateTimeOffset.UnixEpoch.AddTicks(micros * 10).ToOffset(TimeSpan.FromHours(2));
            db.Add(stored);
            await Seed.SaveAsync(db);

            var read = await db.Applications.AsNoTracking().SingleAsync(app => app.Address == stored.Address, Seed.Token);

            read.ShouldBeEquivalentTo(WithUtc(stored));
        }

        static Application WithUtc(Application application)
        {
            application.CreatedAt = application.CreatedAt.ToUniversalTime();
            return application;
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Times_compare_and_sort_in_the_database_with_microseconds(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var at = Seed.Now.AddMicroseconds(3);
        await Seed.ApplicationAsync(db, app => (app.Name, app.UpdatedAt) = ("late", at.AddMicroseconds(1)));
        await Seed.ApplicationAsync(db, app => (app.Name, app.UpdatedAt) = ("early", at));

        (await db.Applications.OrderBy(app => app.UpdatedAt).Select(app => app.Name).ToListAsync(Seed.Token)).ShouldBe(["early", "late"]);
        (
            await db
                .Applications.Where(app => app.UpdatedAt <= at.ToOffset(TimeSpan.FromHours(-5)))
                .Select(app => app.Name)
                .ToListAsync(Seed.Token)
        ).ShouldBe(["early"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Numbers_above_the_column_are_refused_by_name_and_never_wrap(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();

        var refused = await Should.ThrowAsync<Exception>(() => Seed.ApplicationAsync(db, app => app.DeploymentBlock = 1UL << 63));

        refused.GetBaseException().Message.ShouldContain("9223372036854775808");
    }

    [Theory]
    [OnBothDatabases]
    public async Task What_no_type_of_the_model_can_hold_is_refused_by_the_columns(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db, inputs: 1);
        (string Change, string Constraint)[] changes =
        [
            ("UPDATE applications SET deployment_block = -1", "ck_applications_deployment_block_not_negative"),
            ("UPDATE applications SET state = 'BROKEN'", "ck_applications_"),
            ("UPDATE epochs SET status = 'open'", "epoch"),
            ("UPDATE inputs SET status = 'DONE'", "ck_inputs_"),
            (
                kind == DatabaseKind.Sqlite ? "UPDATE applications SET address = x'00'" : "UPDATE applications SET address = '\\x00'",
                "ck_applications_address_size"
            ),
            (
                kind == DatabaseKind.Sqlite
                    ? "UPDATE applications SET template_hash = x'00'"
                    : "UPDATE applications SET template_hash = '\\x00'",
                "ck_applications_template_hash_size"
            ),
        ];
        foreach (var (change, constraint) in changes)
            await Refusal.ByAsync(constraint, () => db.Database.ExecuteSqlRawAsync(change, Seed.Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Enums_are_stored_as_words(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        await Seed.BringToAsync(db, id, 3, EpochStatus.InputsProcessed);

        (await db.Database.SqlQuery<string>($"SELECT status FROM epochs").ToListAsync(Seed.Token)).ShouldBe(["INPUTS_PROCESSED"]);
        (await db.Database.SqlQuery<string>($"SELECT status FROM inputs").ToListAsync(Seed.Token)).ShouldBe(["ACCEPTED"]);
    }

    [Fact]
    public void Words_and_values_are_one_to_one()
    {
        foreach (var kind in Enum.GetValues<InoperableKind>())
            EnumNames.Parse<InoperableKind>(EnumNames.Of(kind)).ShouldBe(kind);
        EnumNames.Of(InoperableKind.McycleOverflow).ShouldBe("MCYCLE_OVERFLOW");
        Should.Throw<FormatException>(() => EnumNames.Parse<InoperableKind>("mcycle_overflow")).Message.ShouldContain("mcycle_overflow");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_saga_that_somebody_else_has_changed_is_not_overwritten(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (first, second) = (database.NewContext(), database.NewContext());
        first.Add(
            new EpochLifecycleState
            {
                CorrelationId = Guid.NewGuid(),
                ChainId = 1,
                Application = Seed.Address(1),
                EpochIndex = 1,
                Version = 1,
            }
        );
        await Seed.SaveAsync(first);
        var (one, other) = (await first.EpochLifecycles.SingleAsync(Seed.Token), await second.EpochLifecycles.SingleAsync(Seed.Token));
        (one.Version, one.CurrentState, other.Version, other.CurrentState) = (2, "Closed", 2, "Opened");

        await first.SaveChangesAsync(Seed.Token);
        var late = await Should.ThrowAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync(Seed.Token));

        database.Provider.IsTransient(late).ShouldBeTrue();
    }
}
