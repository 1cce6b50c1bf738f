namespace Rollups.Domain;

/// <summary>Roots of empty subtrees.</summary>
internal static class MerkleLevels
{
    /// <summary>Level 0 is the leaf; each further level hashes the one below with itself.</summary>
    public static Hash32[] Pristine(Hash32 leaf, int height)
    {
        var levels = new Hash32[height + 1];
        levels[0] = leaf;
        for (var level = 1; level <= height; level++)
            levels[level] = Keccak256.Hash(levels[level - 1], levels[level - 1]);
        return levels;
    }
}
