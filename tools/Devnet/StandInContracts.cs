using System.Diagnostics;
using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>
/// Dave on a devnet: the project's own contracts with the interface of Dave 2.1, because no package has the real ones. They are compiled
/// from the Solidity in tools/Devnet/StandIns if that is newer than the last build.
/// </summary>
public sealed class StandInContracts
{
    private static readonly SemaphoreSlim Compiling = new(1, 1);

    private readonly DevnetChain _chain;

    private StandInContracts(DevnetChain chain, Address factory) => (_chain, Factory) = (chain, factory);

    /// <summary>The bond that Dave requires to join a root tournament, in wei.</summary>
    public static BigInteger Bond { get; } = 242_198_050_000_000_000;

    /// <summary>The DaveAppFactory.</summary>
    public Address Factory { get; }

    /// <summary>Compiles stale contracts and deploys the factories. The contracts of @cartesi/rollups must be deployed already.</summary>
    /// <param name="chain">An Anvil.</param>
    /// <param name="allowance">Blocks for which a tournament accepts commitments.</param>
    /// <param name="effort">Blocks that a match adds to a clock.</param>
    /// <param name="cancellationToken">Cancels the deployment.</param>
    /// <exception cref="OperatorException">Node.js, the compiler or the sources are missing, or a contract does not compile.</exception>
    public static async Task<StandInContracts> DeployAsync(
        DevnetChain chain,
        ulong allowance,
        ulong effort,
        CancellationToken cancellationToken
    )
    {
        var tournaments = await DeployAsync(
            chain,
            "StandInTournamentFactory",
            [AbiValue.Of(effort), AbiValue.Of(allowance), AbiValue.Of(Bond)],
            cancellationToken
        );
        var apps = await DeployAsync(
            chain,
            "StandInDaveAppFactory",
            [AbiValue.Of(RollupsContracts.InputBox), AbiValue.Of(RollupsContracts.ApplicationFactory), AbiValue.Of(tournaments)],
            cancellationToken
        );
        return new StandInContracts(chain, apps);
    }

    /// <summary>Deploys an application with its consensus, which seals epoch 0 at once.</summary>
    /// <param name="templateHash">Root hash of the machine.</param>
    /// <param name="salt">Different for each application of equal parameters.</param>
    /// <param name="cancellationToken">Cancels the deployment.</param>
    public async Task<(Address Application, Address Consensus)> DeployApplicationAsync(
        Hash32 templateHash,
        Hash32 salt,
        CancellationToken cancellationToken
    )
    {
        var addresses = await CalculateAsync(templateHash, salt, cancellationToken);
        await _chain.SendAsync(DevnetAccounts.Deployer, Factory, DaveAppFactoryContract.NewDaveApp(templateHash, salt), cancellationToken);
        return addresses;
    }

    /// <summary>The future addresses of an application and its consensus; inputs can be sent there before.</summary>
    public async Task<(Address Application, Address Consensus)> CalculateAsync(
        Hash32 templateHash,
        Hash32 salt,
        CancellationToken cancellationToken
    ) =>
        DaveAppFactoryContract.DecodeAddresses(
            await _chain.Client.CallAsync(
                DaveAppFactoryContract.CalculateDaveAppAddress(Factory, templateHash, salt),
                BlockTag.Latest,
                cancellationToken
            )
        );

    /// <summary>Deploys one contract alone, such as a StandInTournament below another.</summary>
    /// <exception cref="OperatorException">It cannot be compiled or deployed.</exception>
    public static async Task<Address> DeployAsync(
        DevnetChain chain,
        string name,
        IReadOnlyList<AbiValue> arguments,
        CancellationToken cancellationToken
    )
    {
        var code = await CodeAsync(name, cancellationToken);
        var transaction = new JsonObject
        {
            ["from"] = DevnetAccounts.Deployer.ToString(),
            ["data"] = Hex.Encode([.. code, .. arguments.SelectMany(argument => argument.ToArray())]),
        };
        var hash = await chain.SubmitAsync(transaction, cancellationToken);
        var receipt = await chain.ReceiptAsync(hash, cancellationToken);
        return receipt is { Succeeded: true, ContractAddress: { } address }
            ? address
            : throw new OperatorException($"{name} could not be deployed in transaction {hash}.");
    }

    private static async Task<byte[]> CodeAsync(string name, CancellationToken cancellationToken)
    {
        var root = Directory.GetParent(NodeModules.Find())!.FullName;
        var sources = Path.Combine(root, "tools", "Devnet", "StandIns");
        var compiled = Path.Combine(root, "artifacts", "stand-ins");
        var file = Path.Combine(compiled, name + ".json");
        await Compiling.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(sources))
                throw new OperatorException($"The stand-in contracts are not in {sources}: run in a checkout of the project.");
            if (
                !File.Exists(file)
                || Directory.EnumerateFiles(sources).Any(source => File.GetLastWriteTimeUtc(source) > File.GetLastWriteTimeUtc(file))
            )
                await CompileAsync(sources, compiled, cancellationToken);
        }
        finally
        {
            Compiling.Release();
        }

        var artifact = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken));
        return Hex.Decode(artifact!["bytecode"]!.GetValue<string>());
    }

    private static async Task CompileAsync(string sources, string output, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(sources, "compile.mjs"), output },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process process;
        try
        {
            process = Process.Start(info)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new OperatorException(
                "Node.js is not installed; it compiles the stand-in contracts. ./run.sh and ./test.sh install it.",
                exception
            );
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            _ = process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new OperatorException(
                    $"The stand-in contracts could not be compiled (is the npm package solc installed? run 'npm ci'): "
                        + $"{(await errors).Trim()}"
                );
        }
    }
}
