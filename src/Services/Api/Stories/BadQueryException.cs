namespace Rollups.Api.Stories;

/// <summary>A query that is answered with HTTP 400.</summary>
/// <param name="message">What is wrong, and the remedy.</param>
internal sealed class BadQueryException(string message) : Exception(message);
