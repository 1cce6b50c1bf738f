using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>
/// The one view of the chain that every service of this process shares: which chain, which of its blocks count, and whether they can still
/// be replaced. It follows the configuration until the database's own rules are loaded, which happens before any service starts.
/// </summary>
public sealed class ChainPolicy(IOptions<EthereumOptions> options)
{
    private volatile View _view = new(Readable(options.Value.Tag), options.Value.Tag == BlockTag.Finalized);

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId => options.Value.ChainId;

    /// <summary>Tag of the newest block that counts: finalized, safe or latest.</summary>
    public BlockTag Tag => _view.Tag;

    /// <summary>
    /// False where a block that was read, now or under an earlier tag of the same database, can still be replaced by another.
    /// </summary>
    public bool IsFinal => _view.IsFinal;

    /// <summary>Follows these rules from now on.</summary>
    /// <param name="tag">Tag of the newest block that counts.</param>
    /// <param name="hasReplaceableBlocks">Whether blocks were read by an earlier, looser tag that are not known to be final yet.</param>
    public void Follow(BlockTag tag, bool hasReplaceableBlocks) =>
        _view = new View(Readable(tag), tag == BlockTag.Finalized && !hasReplaceableBlocks);

    // The pending block has no logs and cannot be called by its number, so the newest real block stands for it.
    private static BlockTag Readable(BlockTag tag) => tag == BlockTag.Pending ? BlockTag.Latest : tag;

    private sealed record View(BlockTag Tag, bool IsFinal);
}
