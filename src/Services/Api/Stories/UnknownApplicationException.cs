using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>The node does not know the application; answered with HTTP 404.</summary>
/// <param name="message">Which one, and the remedy.</param>
internal sealed class UnknownApplicationException(string message) : Exception(message);
