using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Creates echo machines for the template URI <c>echo:</c>.</summary>
internal sealed class EchoMachineFactory : IMachineFactory
{
    public bool CanCreate(string templateUri) => templateUri == "echo:";

    public Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken) =>
        Task.FromResult<IRollupsMachine>(new EchoMachine());

    public Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken) =>
        Task.FromResult(EchoMachine.TemplateHash);
}
