using System.ComponentModel.DataAnnotations;

namespace Rollups.Messaging;

/// <summary>Section <c>Messaging</c>: the bus.</summary>
public sealed class MessagingOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Messaging";

    /// <summary>Transport of the events: <c>in-memory</c> between services of one process, <c>rabbitmq</c> between processes.</summary>
    /// <value>In-memory or rabbitmq; the default is in-memory.</value>
    [AllowedValues("in-memory", "rabbitmq")]
    public string Transport { get; set; } = "in-memory";

    /// <summary>The broker, for transport rabbitmq.</summary>
    public RabbitMqOptions RabbitMq { get; set; } = new();

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Transport == "rabbitmq" ? RabbitMq.Problems().Select(problem => new ValidationResult(problem)) : [];
}
