using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>
/// The view of the chain shared by every service of this process: the chain, which of its blocks count, and whether they can still be
/// replaced. It follows the configuration until the database's own rules are loaded, which happens before any service starts.
/// </summary>
public sealed class ChainPolicy(IOptions<EthereumOptions> options)
{
    private volatile View _view = new(Readable(options.Value.Tag), options.Value.Tag == BlockTag.Finalized);

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId => options.Value.ChainId;

    /// <summary>Tag of the newest block that counts: finalized, safe or latest.</summary>
    public BlockTag Tag => _view.Tag;

    /// <summary>False if a block read now, or under an earlier tag of the same database, can still be replaced.</summary>
    public bool IsFinal => _view.IsFinal;

    /// <summary>Applies these rules from now on.</summary>
    /// <param name="tag">Tag of the newest block that counts.</param>
    /// <param name="hasReplaceableBlocks">Whether blocks read under an earlier, looser tag are not yet known to be final.</param>
    public void Follow(BlockTag tag, bool hasReplaceableBlocks) =>
        _view = new View(Readable(tag), tag == BlockTag.Finalized && !hasReplaceableBlocks);

    // The pending block has no logs and cannot be called by number, so the latest block stands in for it.
    private static BlockTag Readable(BlockTag tag) => tag == BlockTag.Pending ? BlockTag.Latest : tag;

    private sealed record View(BlockTag Tag, bool IsFinal);
}
