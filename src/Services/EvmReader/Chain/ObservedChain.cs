using Microsoft.Extensions.Options;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Chain;

/// <summary>The chain that is read, and up to which of its blocks. What the database was begun with wins over the configuration.</summary>
internal sealed class ObservedChain(IOptions<EthereumOptions> options)
{
    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId => options.Value.ChainId;

    /// <summary>Tag of the newest block that counts.</summary>
    public BlockTag Tag { get; private set; } = Readable(options.Value.Tag);

    /// <summary>False where a block that was read can still be replaced by another.</summary>
    public bool IsFinal => Tag == BlockTag.Finalized;

    /// <summary>Reads by this tag from now on.</summary>
    public void ReadBy(BlockTag tag) => Tag = Readable(tag);

    // The pending block has no logs and cannot be called by its number, so the newest real block stands for it.
    private static BlockTag Readable(BlockTag tag) => tag == BlockTag.Pending ? BlockTag.Latest : tag;
}
