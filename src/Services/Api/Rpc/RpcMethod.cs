namespace Rollups.Api.Rpc;

/// <summary>A method of the API: the one declaration from which requests are read, answered and documented.</summary>
/// <param name="Name">Name on the wire.</param>
/// <param name="Summary">What it answers.</param>
/// <param name="Result">Type of the answer's <c>result</c>.</param>
/// <param name="Parameters">In positional order.</param>
/// <param name="Answer">Makes the answer.</param>
/// <param name="CanMiss">Whether it answers <see cref="RpcErrors.ItemNotFound"/> for a missing item.</param>
internal sealed record RpcMethod(
    string Name,
    string Summary,
    Type Result,
    IReadOnlyList<RpcParameter> Parameters,
    Func<RpcCall, Task<object>> Answer,
    bool CanMiss = false
)
{
    /// <summary>Whether it answers with a page.</summary>
    public bool IsList => Parameters.Contains(Rpc.Parameters.Limit);

    /// <summary>Whether it is about one application.</summary>
    public bool HasApplication => Parameters.Contains(Rpc.Parameters.Application);

    /// <summary>A method that answers with <c>{ data }</c>.</summary>
    public static RpcMethod Get<T>(
        string name,
        string summary,
        IReadOnlyList<RpcParameter> parameters,
        Func<RpcCall, Task<T>> answer,
        bool canMiss = false
    ) => new(name, summary, typeof(Wire.Single<T>), parameters, async call => new Wire.Single<T> { Data = await answer(call) }, canMiss);

    /// <summary>A method that answers with <c>{ data, pagination }</c>.</summary>
    public static RpcMethod List<T>(
        string name,
        string summary,
        IReadOnlyList<RpcParameter> parameters,
        Func<RpcCall, Task<Wire.Listing<T>>> answer
    ) => new(name, summary, typeof(Wire.Listing<T>), parameters, async call => await answer(call));
}
