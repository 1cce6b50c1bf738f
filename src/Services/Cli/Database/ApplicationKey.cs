using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Cli.Database;

/// <summary>An application as an operator names it: by its name or by its address.</summary>
/// <param name="Name">The name; null if the address was given.</param>
/// <param name="Address">The address; null if the name was given.</param>
internal sealed record ApplicationKey(string? Name, Address? Address)
{
    public override string ToString() => Name ?? Address.ToString()!;

    /// <summary>Reads a name, or an address with 0x.</summary>
    /// <exception cref="FormatException">It begins with 0x and is no address.</exception>
    public static ApplicationKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? new ApplicationKey(null, Domain.Address.Parse("0x" + text[2..]))
            : new ApplicationKey(text, null);
    }

    /// <summary>Its row.</summary>
    /// <exception cref="OperatorException">The node has no such application.</exception>
    public async Task<Application> FindAsync(NodeDatabase database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var applications = database.Db.Applications.AsNoTracking();
        var found = Address is { } address
            ? await applications.SingleOrDefaultAsync(app => app.Address == address, cancellationToken)
            : await applications.SingleOrDefaultAsync(app => app.Name == Name, cancellationToken);
        return found
            ?? throw new OperatorException($"The node has no application '{this}': 'rollups app list' shows the names and addresses.");
    }
}
