namespace Rollups.Api.Wire;

/// <summary>The answer with one item.</summary>
internal sealed record Single<T>
{
    public required T Data { get; init; }
}
