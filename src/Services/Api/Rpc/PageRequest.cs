namespace Rollups.Api.Rpc;

/// <summary>The page that a request asks for.</summary>
/// <param name="Limit">Items, 1 to <see cref="RpcLimits.LargestPage"/>.</param>
/// <param name="Offset">Items to skip.</param>
/// <param name="Descending">Whether the last item comes first.</param>
internal readonly record struct PageRequest(int Limit, int Offset, bool Descending);
