using System.Globalization;
using Nethereum.RPC.Eth.DTOs;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A block by number, or by one of the JSON-RPC block names.</summary>
public readonly record struct BlockTag
{
    private readonly string? _name;

    private BlockTag(string? name, ulong number, Hash32? hash = null)
    {
        _name = name;
        Number = number;
        Hash = hash;
    }

    /// <summary>The newest block.</summary>
    public static BlockTag Latest => new("latest", 0);

    /// <summary>The newest block that a supermajority has justified.</summary>
    public static BlockTag Safe => new("safe", 0);

    /// <summary>The newest block that cannot be reorganised.</summary>
    public static BlockTag Finalized => new("finalized", 0);

    /// <summary>The block being built from the pool.</summary>
    public static BlockTag Pending => new("pending", 0);

    /// <summary>The number, unless it is a name.</summary>
    public ulong Number { get; }

    /// <summary>True if the block is identified by its number.</summary>
    public bool IsNumber => _name is null;

    /// <summary>The hash, if it identifies the block.</summary>
    internal Hash32? Hash { get; }

    /// <summary>The block with that number.</summary>
    public static BlockTag At(ulong number) => new(null, number);

    /// <summary>
    /// A specific block by its hash (EIP-1898): an L1 node that lacks it, or has another one in its place, answers with an error,
    /// never as of another block. For calls; logs are queried by number.
    /// </summary>
    public static BlockTag Of(BlockHeader header) => new(null, header.Number, header.Hash);

    /// <summary>Reads finalized, safe, latest or pending.</summary>
    /// <exception cref="FormatException">Any other word; the message names it.</exception>
    public static BlockTag ParseName(string name) =>
        name switch
        {
            "latest" => Latest,
            "safe" => Safe,
            "finalized" => Finalized,
            "pending" => Pending,
            _ => throw new FormatException($"'{name}' is not a block tag: use finalized, safe, latest or pending."),
        };

    /// <summary>The name or number as Nethereum passes it; it has no form for a hash.</summary>
    internal BlockParameter ToParameter()
    {
        var parameter = new BlockParameter(Number);
        if (_name is not null)
            parameter.SetValue(Enum.Parse<BlockParameter.BlockParameterType>(_name));
        return parameter;
    }

    /// <summary>A name, or a minimal hex number.</summary>
    public override string ToString() => _name ?? "0x" + Number.ToString("x", CultureInfo.InvariantCulture);
}
