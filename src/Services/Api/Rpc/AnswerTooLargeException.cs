namespace Rollups.Api.Rpc;

/// <summary>An answer does not fit.</summary>
internal sealed class AnswerTooLargeException : Exception;
