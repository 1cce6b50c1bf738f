using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Chain;

/// <summary>The database has the name of a tag; L1 is asked with the tag.</summary>
internal static class StoredTag
{
    extension(StoredChainPolicy policy)
    {
        /// <summary>The tag in force.</summary>
        public BlockTag Tag => BlockTag.ParseName(policy.DefaultBlock);
    }
}
