using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="RegisterApplication"/>: nothing was registered.</summary>
[EntityName("app.registration_refused")]
public sealed record RegistrationRefused
{
    /// <summary>One sentence: the wrong value and the remedy.</summary>
    public required string Reason { get; init; }
}
