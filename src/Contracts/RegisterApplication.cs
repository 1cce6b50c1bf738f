using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Command to the EvmReader: verify the application on L1 and follow it from then on. Answered by <see
/// cref="ApplicationRegistration"/> or <see cref="RegistrationRefused"/>.
/// </summary>
[EntityName("app.register")]
public sealed record RegisterApplication
{
    /// <summary>Display name: at least 3 lower-case letters, digits, '_' or '-'; unique in the node.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>
    /// Root hash of the machine that the node will run, 0x and 64 hex digits; it must equal the template hash on chain. Null: use the
    /// hash on chain.
    /// </summary>
    public string? TemplateHash { get; init; }

    /// <summary>Source of the machine: <c>echo:</c> for the built-in echo application.</summary>
    public required string TemplateUri { get; init; }
}
