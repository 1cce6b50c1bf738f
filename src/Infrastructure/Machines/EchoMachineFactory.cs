using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Creates echo machines for the template URI <c>echo:</c>.</summary>
internal sealed class EchoMachineFactory : IMachineFactory
{
    public string Scheme => "echo:";

    public Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken) =>
        Task.FromResult<IRollupsMachine>(new EchoMachine());

    public async Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        CancellationToken cancellationToken
    ) => new EchoMachine(await EchoSnapshot.ReadAsync(folder, cancellationToken));

    public Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken) =>
        Task.FromResult(EchoMachine.TemplateHash);
}
