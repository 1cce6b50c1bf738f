using Rollups.Domain;

namespace Rollups.Cli.Deploy;

/// <summary>An echo application that a node has registered.</summary>
/// <param name="Name">Its name on the node.</param>
/// <param name="Application">Its contract.</param>
/// <param name="Authority">Its consensus.</param>
/// <param name="EpochLength">Blocks per epoch.</param>
/// <param name="AlreadyRegistered">Whether the node had registered it before.</param>
internal sealed record EchoDeployed(string Name, Address Application, Address Authority, ulong EpochLength, bool AlreadyRegistered);
