using System.Buffers;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.EvmReader.Registration;

/// <summary>The parsed command, checked as far as possible without L1.</summary>
internal sealed record RegistrationRequest(string Name, Address Address, Hash32? TemplateHash, string TemplateUri)
{
    private const int MinNameLength = 3;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <exception cref="RegistrationRefusedException">A value is malformed.</exception>
    public static RegistrationRequest Parse(RegisterApplication command)
    {
        if (command.Name is not { Length: >= MinNameLength } || command.Name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new RegistrationRefusedException(
                $"'{Hex.Clip(command.Name)}' is not a name for an application: use at least {MinNameLength} of lower-case letters, digits, "
                    + $"'_' and '-'."
            );
        if (!Address.TryParse(command.Application, out var address))
            throw new RegistrationRefusedException(
                $"'{Hex.Clip(command.Application)}' is not the address of an application: expected 0x and 40 hex digits."
            );
        if (string.IsNullOrWhiteSpace(command.TemplateUri))
            throw new RegistrationRefusedException(
                $"No machine is given for the application '{Hex.Clip(command.Name)}': name its template, such as echo: for the built-in "
                    + $"echo application."
            );
        if (command.TemplateHash is null)
            return new(command.Name, address, null, command.TemplateUri);
        return Hash32.TryParse(command.TemplateHash, out var hash)
            ? new(command.Name, address, hash, command.TemplateUri)
            : throw new RegistrationRefusedException(
                $"'{Hex.Clip(command.TemplateHash)}' is not a template hash: expected 0x and 64 hex digits, or none to take the one on "
                    + $"chain."
            );
    }
}
