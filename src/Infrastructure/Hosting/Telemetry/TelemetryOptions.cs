using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Section <c>Telemetry</c>: where metrics and traces go beside /metrics.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>The variable by which OpenTelemetry's own specification names the collector.</summary>
    public const string StandardVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// OTLP collector (gRPC) for metrics and traces, such as <c>http://127.0.0.1:4317</c>. Without it, what
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names; where neither is set, nothing is sent.
    /// </summary>
    /// <value>Http or https URL; the default is none.</value>
    [Setting(Form = "http or https URL")]
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>The collector of the setting, else of the standard variable; null for none.</summary>
    internal Uri? Collector => Text is { Length: > 0 } text ? new Uri(text) : null;

    private string? Text => OtlpEndpoint.Length > 0 ? OtlpEndpoint : Environment.GetEnvironmentVariable(StandardVariable);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Text is { Length: > 0 } text && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new ValidationResult(
                $"{(OtlpEndpoint.Length > 0 ? $"{Section}:{nameof(OtlpEndpoint)}" : StandardVariable)} is '{text}': give an http or https "
                    + "URL of an OTLP collector, such as http://127.0.0.1:4317, or leave it out."
            );
    }
}
