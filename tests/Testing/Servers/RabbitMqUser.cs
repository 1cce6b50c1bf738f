using System.Net.Http.Json;

namespace Rollups.Testing;

/// <summary>A broker user for one test, with all rights in one virtual host until the test revokes them.</summary>
public sealed class RabbitMqUser
{
    private readonly RabbitMqVirtualHost _host;

    private RabbitMqUser(RabbitMqVirtualHost host) => _host = host;

    /// <summary>The virtual host as this user reaches it.</summary>
    public RabbitMqVirtualHost Host => _host with { Username = Name, Password = Password };

    /// <summary>The user's name.</summary>
    public string Name { get; } = $"node-{Guid.NewGuid():N}";

    /// <summary>The initial password.</summary>
    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Creates the user with all rights on the virtual host.</summary>
    public static async Task<RabbitMqUser> CreateAsync(RabbitMqVirtualHost host, CancellationToken cancellationToken)
    {
        var user = new RabbitMqUser(host);
        await user.SetPasswordAsync(user.Password, cancellationToken);
        await user.GrantAsync(cancellationToken);
        return user;
    }

    /// <summary>Creates the user if there is none, and sets the password. Open connections stay open.</summary>
    public Task SetPasswordAsync(string password, CancellationToken cancellationToken) =>
        PutAsync($"api/users/{Name}", new { password, tags = "" }, cancellationToken);

    /// <summary>Deletes the user; the broker closes the user's connections.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => DeleteAsync($"api/users/{Name}", cancellationToken);

    /// <summary>Grants all rights, or restricts writing to names that match.</summary>
    public Task GrantAsync(CancellationToken cancellationToken, string write = ".*") =>
        PutAsync(
            $"api/permissions/{_host.Name}/{Name}",
            new
            {
                configure = ".*",
                write,
                read = ".*",
            },
            cancellationToken
        );

    /// <summary>Revokes all rights on the virtual host. Open connections keep those that they have used.</summary>
    public Task RevokeAsync(CancellationToken cancellationToken) => DeleteAsync($"api/permissions/{_host.Name}/{Name}", cancellationToken);

    /// <summary>Deletes the virtual host with its contents; the broker closes its connections.</summary>
    public Task DeleteHostAsync(CancellationToken cancellationToken) => DeleteAsync($"api/vhosts/{_host.Name}", cancellationToken);

    /// <summary>Recreates the virtual host, empty, with the rights of the user and of the broker's own user.</summary>
    public async Task CreateHostAsync(CancellationToken cancellationToken)
    {
        await PutAsync($"api/vhosts/{_host.Name}", null, cancellationToken);
        await PutAsync(
            $"api/permissions/{_host.Name}/{_host.Username}",
            new
            {
                configure = ".*",
                write = ".*",
                read = ".*",
            },
            cancellationToken
        );
        await GrantAsync(cancellationToken);
    }

    private async Task PutAsync(string path, object? content, CancellationToken cancellationToken) =>
        (
            await (
                content is null
                    ? _host.Management.PutAsync(path, null, cancellationToken)
                    : _host.Management.PutAsJsonAsync(path, content, cancellationToken)
            )
        ).EnsureSuccessStatusCode();

    private async Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        (await _host.Management.DeleteAsync(path, cancellationToken)).EnsureSuccessStatusCode();
}
