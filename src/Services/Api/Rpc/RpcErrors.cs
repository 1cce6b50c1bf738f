namespace Rollups.Api.Rpc;

/// <summary>The error codes. Published clients decide by them whether to ask again.</summary>
internal static class RpcErrors
{
    /// <summary>The body is not JSON.</summary>
    public const int Parse = -32700;

    /// <summary>Not a request of JSON-RPC 2.0.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>No method has this name.</summary>
    public const int MethodUnknown = -32601;

    /// <summary>A parameter is missing or wrong.</summary>
    public const int InvalidParameters = -32602;

    /// <summary>A fault of the node; the log has it under the request's id.</summary>
    public const int Internal = -32603;

    /// <summary>A batch of none or of too many requests.</summary>
    public const int BatchSize = -32040;

    /// <summary>No time was left.</summary>
    public const int OutOfTime = -32070;

    /// <summary>The application is known, the item is not (yet).</summary>
    public const int ItemNotFound = -31001;

    /// <summary>The node does not know the application.</summary>
    public const int ApplicationNotFound = -31002;

    /// <summary>The answer would be too large.</summary>
    public const int AnswerTooLarge = -31003;

    /// <summary>The lists of a batch ask for too many items.</summary>
    public const int TooMuchWork = -31004;

    /// <summary>Code of a missing item in earlier nodes.</summary>
    public const int LegacyItemNotFound = -32001;

    /// <summary>Code of an unknown application in earlier nodes.</summary>
    public const int LegacyApplicationNotFound = -32002;

    /// <summary>A code as earlier nodes had it.</summary>
    public static int Legacy(int code) =>
        code switch
        {
            ItemNotFound => LegacyItemNotFound,
            ApplicationNotFound => LegacyApplicationNotFound,
            _ => code,
        };

    /// <summary>The request's parameter cannot be used.</summary>
    public static RpcException Invalid(string message) => new(InvalidParameters, message);

    /// <summary>The item does not exist.</summary>
    public static RpcException Missing(string message) => new(ItemNotFound, message);
}
