namespace Rollups.Api.Rpc;

/// <summary>What one HTTP request may ask for. The values are those that clients know from other nodes.</summary>
internal static class RpcLimits
{
    /// <summary>Bytes of a request's body.</summary>
    public const int BodyBytes = 1024 * 1024;

    /// <summary>Requests in a batch.</summary>
    public const int BatchRequests = 100;

    /// <summary>Bytes of all answers together.</summary>
    public const int AnswerBytes = 10 * 1024 * 1024;

    /// <summary>Items that the lists of a batch ask for together.</summary>
    public const int BatchItems = 10_000;

    /// <summary>Items of a page if the request has no limit.</summary>
    public const int DefaultPage = 50;

    /// <summary>Items of the largest page; a higher limit is lowered to it.</summary>
    public const int LargestPage = 10_000;

    /// <summary>
    /// How far behind a page matching rows are counted, where no index has their number. A client that pages on always learns that there
    /// is more.
    /// </summary>
    public const int CountedAhead = 10_000;

    /// <summary>Largest offset where skipped rows must be read. Beyond it, a client narrows the list with from and to.</summary>
    public const int DeepestOffset = 100_000;
}
