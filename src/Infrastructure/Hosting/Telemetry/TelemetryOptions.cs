using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Section <c>Telemetry</c>: export of metrics and traces in addition to /metrics.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>The collector's environment variable in OpenTelemetry's own specification.</summary>
    public const string StandardVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// OTLP collector (gRPC) for metrics and traces, such as <c>http://127.0.0.1:4317</c>. If it is not set, the node uses
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; if neither is set, it sends nothing.
    /// </summary>
    /// <value>Http or https URL; the default is none.</value>
    [Setting(Form = "http or https URL")]
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>
    /// Whether traces have a span for each statement on PostgreSQL. Without it they have one for each commit.
    /// </summary>
    /// <value>The default is false.</value>
    public bool DatabaseSpans { get; set; }

    /// <summary>The collector of the setting, else of the standard variable; null for none.</summary>
    internal Uri? Collector => Text is { Length: > 0 } text ? new Uri(text) : null;

    private string? Text => OtlpEndpoint.Length > 0 ? OtlpEndpoint : Environment.GetEnvironmentVariable(StandardVariable);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Text is { Length: > 0 } text && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new ValidationResult(
                $"{(OtlpEndpoint.Length > 0 ? $"{Section}:{nameof(OtlpEndpoint)}" : StandardVariable)} is '{text}': give an "
                    + $"http or https URL of an OTLP collector, such as http://127.0.0.1:4317, or remove it."
            );
    }
}
