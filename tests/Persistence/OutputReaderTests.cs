namespace Rollups.Persistence.Tests;

public sealed class OutputReaderTests
{
    /// <summary>From one byte to more than a batch; one is larger than the driver's buffer.</summary>
    private static readonly int[] Sizes = [1, 200, 70_000, 600_000, 600_000, 3, 2_500_000, 4, 5];

    [Theory]
    [OnBothDatabases]
    public async Task Outputs_come_whole_and_in_order_in_batches_of_bounded_size(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        var stored = Sizes.Select((size, number) => Bytes(size, number)).ToArray();
        for (var number = 0; number < Sizes.Length; number++)
        {
            var output = Seed.NewOutput(id, 3, 0, (ulong)number);
            output.RawData = stored[number];
            db.Add(output);
            await Seed.SaveAsync(db);
        }

        var read = new List<byte[]>();
        var batches = new List<int>();
        var batch = new OutputBatch();
        await using (var outputs = await OutputReader.OpenAsync(db, id, 1, (ulong)Sizes.Length - 1, Seed.Token))
        {
            while (await outputs.ReadAsync(batch, Seed.Token))
            {
                batches.Add(batch.Count);
                for (var i = 0; i < batch.Count; i++)
                    read.Add(batch[i].ToArray());
            }
        }

        read.ShouldBe(stored[1..]);
        batches.ShouldBe([4, 2, 2]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Where_no_output_is_the_batch_is_empty(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var batch = new OutputBatch();

        await using var outputs = await OutputReader.OpenAsync(db, await Seed.EpochAsync(db), 0, 10, Seed.Token);

        (await outputs.ReadAsync(batch, Seed.Token)).ShouldBeFalse();
        batch.Count.ShouldBe(0);
    }

    private static byte[] Bytes(int size, int number)
    {
        var bytes = new byte[size];
        new Random(number).NextBytes(bytes);
        return bytes;
    }
}
