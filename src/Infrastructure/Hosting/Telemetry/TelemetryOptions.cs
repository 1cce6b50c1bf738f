namespace Rollups.Hosting;

/// <summary>Section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>The variable by which OpenTelemetry's own specification names the collector.</summary>
    public const string StandardVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// OTLP collector (gRPC) for metrics and traces, such as http://127.0.0.1:4317; empty: the value of OTEL_EXPORTER_OTLP_ENDPOINT, else
    /// none.
    /// </summary>
    public string OtlpEndpoint { get; set; } = "";
}
