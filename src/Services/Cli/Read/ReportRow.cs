using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A report in a list.</summary>
internal sealed record ReportRow(ulong Index, ulong EpochIndex, ulong InputIndex, byte[] Payload, DateTimeOffset CreatedAt)
{
    public static ReportRow Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(report.Index, report.EpochIndex, report.InputIndex, report.RawData, report.CreatedAt);
    }

    /// <summary>The same from the API.</summary>
    public static ReportRow Of(WireRow row) =>
        new(row.Number("index"), row.Number("epoch_index"), row.Number("input_index"), row.Bytes("raw_data"), row.Time("created_at"));
}
