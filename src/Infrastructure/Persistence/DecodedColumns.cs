using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// Columns that the database itself cuts out of the encoded inputs and outputs, so that lists filter by index. No writer sets them, and
/// the rows' types lack them: queries name them with <c>EF.Property</c>.
/// </summary>
public static class DecodedColumns
{
    /// <summary>Of an input: the account that sent it, an <see cref="Address"/>; null if the bytes are too short for one.</summary>
    public const string Sender = "Sender";

    /// <summary>Of an output: its first four bytes; null if there are fewer.</summary>
    public const string Selector = "Selector";

    /// <summary>Of an executable output, and only of one: the contract that it calls, an <see cref="Address"/>.</summary>
    public const string Destination = "Destination";

    // The third word of EvmAdvance behind its selector, and the first of both kinds of voucher.
    private const string SenderSql = "CASE WHEN length(raw_data) >= 100 THEN substr(raw_data, 81, 20) END";
    private const string SelectorSql = "CASE WHEN length(raw_data) >= 4 THEN substr(raw_data, 1, 4) END";

    /// <param name="modelBuilder">Model to add the columns to.</param>
    /// <param name="literal">The provider's literal for bytes of these hex digits.</param>
    /// <param name="stored">Whether the database stores them, or computes them when they are read.</param>
    internal static void Add(ModelBuilder modelBuilder, Func<string, string> literal, bool stored)
    {
        var kinds = string.Join(", ", Outputs.ExecutableSelectors.Select(selector => literal(Convert.ToHexStringLower(selector))));
        var inputs = modelBuilder.Entity<Input>();
        Compute(inputs.Property<Address?>(Sender), SenderSql, stored);
        inputs.HasIndex(nameof(Input.ApplicationId), Sender, nameof(Input.Index));

        var outputs = modelBuilder.Entity<Output>();
        Compute(outputs.Property<byte[]?>(Selector), SelectorSql, stored);
        Compute(
            outputs.Property<Address?>(Destination),
            $"CASE WHEN length(raw_data) >= 36 AND substr(raw_data, 1, 4) IN ({kinds}) THEN substr(raw_data, 17, 20) END",
            stored
        );
        outputs.HasIndex(nameof(Output.ApplicationId), Selector, nameof(Output.Index));
        outputs.HasIndex(nameof(Output.ApplicationId), Destination, nameof(Output.Index)).HasFilter("destination IS NOT NULL");
        outputs
            .HasIndex([nameof(Output.ApplicationId), nameof(Output.Index)], "ix_outputs_executable")
            .HasDatabaseName("ix_outputs_executable")
            .HasFilter("destination IS NOT NULL AND execution_transaction_hash IS NULL");
    }

    /// <summary>Never written, and not read back after an insert either.</summary>
    private static void Compute<TProperty>(PropertyBuilder<TProperty> property, string sql, bool stored)
    {
        property.HasComputedColumnSql(sql, stored).ValueGeneratedNever();
        property.Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
    }
}
