using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Persistence.Tests;

/// <summary>An upgrade from the schema in which each output had its proof in a column.</summary>
public sealed class FormerProofsTests
{
    // Epochs of one row, of chunks that begin and end anywhere, without outputs, and the last one without a claim.
    private static readonly int[] Counts = [1, 2, 0, 127, 300, 1, 128, 1_500, 5];

    [Theory]
    [OnBothDatabases]
    public async Task Every_output_of_a_claimed_epoch_keeps_its_proof_and_the_rows_are_those_that_the_Validator_would_store(
        DatabaseKind kind
    )
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var id = await AddOutputsAsync(database.NewContext());
        var migrations = database.NewContext().Database.GetMigrations().ToList();
        await database.NewContext().Database.MigrateAsync(migrations[migrations.FindIndex(IsAboutTrees) - 1], Seed.Token);
        var trees = await ProveAsync(database.NewContext(), id);

        await database.Migrator.MigrateAsync(Seed.Token);

        var db = database.NewContext();
        var outputs = await db.Outputs.AsNoTracking().OrderBy(output => output.Index).ToListAsync(Seed.Token);
        var proofs = await OutputProofs.ReadAsync(db, outputs, Seed.Token);
        foreach (var output in outputs)
        {
            var expected = output.EpochIndex < (ulong)Counts.Length - 1 ? trees[(int)output.EpochIndex].Prove(output.Index) : null;
            proofs.Of(output).ShouldBe(expected);
        }

        (await db.OutputsTrees.OrderBy(row => row.EpochIndex).ToListAsync(Seed.Token))
            .Select(Text)
            .ShouldBe(trees.Select(tree => tree.Tree).OfType<OutputsTree>().Select(Text));
        (await db.OutputsTreeChunks.ToListAsync(Seed.Token))
            .Select(Text)
            .Order()
            .ShouldBe(trees.SelectMany(tree => tree.Chunks).Select(Text).Order());
        // The guards of the table that SQLite rebuilds are in force again.
        await Refusal.ByAsync(
            "output_final",
            () => db.Outputs.ExecuteUpdateAsync(set => set.SetProperty(output => output.RawData, [9]), Seed.Token)
        );
        await Refusal.ByAsync(
            "output_without_gap",
            () =>
            {
                db.Add(Seed.NewOutput(id, 0, 0, (ulong)Counts.Sum() + 1));
                return Seed.SaveAsync(db);
            }
        );
    }

    private static bool IsAboutTrees(string migration) =>
        migration.EndsWith("_OutputGuardsAside", StringComparison.Ordinal)
        || migration.EndsWith("_OutputsTrees", StringComparison.Ordinal);

    private static async Task<int> AddOutputsAsync(RollupsDbContext db)
    {
        var id = await Seed.ApplicationAsync(db);
        var index = 0UL;
        for (var epoch = 0UL; epoch < (ulong)Counts.Length; epoch++)
        {
            var row = Seed.NewEpoch(id, epoch, epoch);
            (row.InputIndexLowerBound, row.InputIndexUpperBound) = (epoch, epoch + 1);
            db.AddRange(row, Seed.NewInput(id, epoch, epoch));
            await Seed.SaveAsync(db);
            for (var i = 0; i < Counts[epoch]; i++)
            {
                var output = Seed.NewOutput(id, epoch, epoch, index);
                output.RawData = BitConverter.GetBytes(index++);
                db.Add(output);
            }

            await Seed.SaveAsync(db);
        }

        return id;
    }

    /// <summary>As the former Validator stored the proofs; what it built the trees from.</summary>
    private static async Task<List<EpochTree>> ProveAsync(RollupsDbContext db, int id)
    {
        var (frontier, trees) = (new OutputsFrontier(), new List<EpochTree>());
        await using var transaction = await db.Database.BeginTransactionAsync(Seed.Token);
        for (var epoch = 0; epoch < Counts.Length - 1; epoch++)
        {
            var first = frontier.Count;
            var leaves = Enumerable.Range(0, Counts[epoch]).Select(i => Keccak256.Hash(BitConverter.GetBytes(first + (ulong)i))).ToList();
            var tree = EpochTree.Append(frontier, leaves, id, (ulong)epoch);
            trees.Add(tree);
            for (var i = 0; i < leaves.Count; i++)
            {
                var (index, hash) = ((long)first + i, leaves[i].ToByteArray());
                var siblings = Siblings.ToBytes(tree.Prove((ulong)index));
                await db.Database.ExecuteSqlAsync(
                    $"""UPDATE outputs SET hash = {hash}, siblings = {siblings} WHERE application_id = {id} AND "index" = {index}""",
                    Seed.Token
                );
            }
        }

        await transaction.CommitAsync(Seed.Token);
        return trees;
    }

    private static string Text(OutputsTree row) => $"{row.EpochIndex} {row.FirstIndex} {row.LastIndex} {Hex.Encode(row.Siblings)}";

    private static string Text(OutputsTreeChunk row) => $"{row.EpochIndex} {row.FirstIndex} {row.Level} {Hex.Encode(row.Siblings)}";
}
