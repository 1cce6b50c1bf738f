using System.Buffers.Binary;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>
/// A small L1 in memory: blocks, logs, contracts, and a pool with nonces. A block is mined for every transaction unless <see
/// cref="Automine"/> is off. Contracts behave as their <see cref="IFakeContract"/>; transactions are those of a <see cref="FakeSigner"/>.
/// </summary>
public sealed partial class FakeChain
{
    private readonly Dictionary<Address, IFakeContract> _contracts = [];
    private readonly Dictionary<Hash32, byte[]> _pool = [];
    private readonly Dictionary<Hash32, byte[]> _signed = [];
    private readonly Dictionary<Hash32, TransactionReceipt> _receipts = [];
    private readonly List<(Address From, ulong Block, Hash32 Hash)> _mined = [];
    private readonly List<FakeTransaction> _executed = [];
    private readonly List<LogEntry> _logs = [];
    private readonly List<ulong> _forks = [];

    /// <summary>The newest block.</summary>
    public ulong Head { get; set; } = 100;

    /// <summary>How far blocks by any tag but latest are behind the head.</summary>
    public ulong Lag { get; set; }

    /// <summary>How far the finalised block is behind the head, where that is further than <see cref="Lag"/>.</summary>
    public ulong FinalLag { get; set; }

    /// <summary>Whether a transaction is mined as soon as it is sent.</summary>
    public bool Automine { get; set; } = true;

    /// <summary>Transactions that offer less, in wei per unit of gas, are not mined.</summary>
    public ulong LeastFee { get; set; }

    /// <summary>Transactions that were taken into the pool, in order.</summary>
    public List<Hash32> Sent { get; } = [];

    /// <summary>Number of transactions that wait to be mined.</summary>
    public int Pool => _pool.Count;

    /// <summary>A transaction that was sent, as its sender signed it.</summary>
    public byte[] Signed(Hash32 transaction) => _signed[transaction];

    /// <summary>All logs, in the order in which they were added.</summary>
    public IList<LogEntry> Logs => _logs;

    /// <summary>An address that ends in the number.</summary>
    public static Address AddressOf(int number)
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    /// <summary>A hash that stands for the text.</summary>
    public static Hash32 HashOf(string text) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The values as a contract returns or logs them.</summary>
    public static byte[] Words(params ReadOnlySpan<AbiValue> values) => new AbiFunction("words()").Encode(values)[4..];

    /// <summary>The answer of an endpoint to a call that the contract refuses.</summary>
    public static ContractRevertedException Reverted(string method, byte[] data) => new(method, data, "execution reverted");

    /// <summary>Hash of the block that has the number now.</summary>
    public Hash32 BlockHash(ulong block) => HashOf($"block {block}, version {_forks.Count(from => from <= block)}");

    /// <summary>Puts a contract at the address, in place of the one that was there.</summary>
    public TContract Deploy<TContract>(Address address, TContract contract)
        where TContract : IFakeContract
    {
        _contracts[address] = contract;
        return contract;
    }

    /// <summary>Puts a consensus contract at its address.</summary>
    public FakeConsensus Deploy(FakeConsensus consensus)
    {
        ArgumentNullException.ThrowIfNull(consensus);
        return Deploy(consensus.Address, consensus);
    }

    /// <summary>A contract at the address that answers as the test goes on to define.</summary>
    public ScriptedContract Deploy(Address address) => Deploy(address, new ScriptedContract());

    /// <summary>An event in that block, whoever caused it.</summary>
    public LogEntry AddLog(Address contract, FakeEvent happened, ulong block, Hash32 transaction, ulong? logIndex = null)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var index = logIndex ?? (ulong)_logs.Count(other => other.BlockNumber == block);
        var log = new LogEntry(contract, happened.Topics, happened.Data, block, BlockHash(block), transaction, index);
        _logs.Add(log);
        return log;
    }

    /// <summary>Mines the pool, in order of nonces, and empty blocks after it.</summary>
    public void Mine(ulong blocks = 1)
    {
        Head++;
        while (
            _pool.FirstOrDefault(pair => FakeSigner.Read(pair.Value) is var tx && tx.Nonce == Mined(tx.From, Head) && tx.Fee >= LeastFee)
                is { Value: { } raw, Key: var hash }
        )
        {
            _pool.Remove(hash);
            var (from, _, to, _, data) = FakeSigner.Read(raw);
            Execute(new FakeTransaction(hash, from, to, data, Head));
        }

        Head += blocks - 1;
    }

    /// <summary>Whether the contract would take the transaction in the next block.</summary>
    public bool Takes(CallRequest call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _contracts[call.To].Refuses(call, Head + 1) is null;
    }

    /// <summary>A transaction by somebody, mined in a block of its own before the pool; the account's nonce is used.</summary>
    public Hash32 Send(Address from, Address to, byte[] data)
    {
        Head++;
        var hash = HashOf($"{from} {to} {Hex.Encode(data)} {Head}");
        Execute(new FakeTransaction(hash, from, to, data, Head));
        return hash;
    }

    /// <summary>A transaction of the account that does nothing.</summary>
    public Hash32 UseNonce(Address from)
    {
        var hash = HashOf($"{from} in block {++Head}");
        _mined.Add((from, Head, hash));
        return hash;
    }

    /// <summary>Takes the replaced version into a block, as a miner may who has not heard of the newer one.</summary>
    public void MineOnly(byte[] raw)
    {
        _pool.Clear();
        _pool[Keccak256.Hash(raw)] = raw;
        Mine();
    }

    /// <summary>Forgets the pool, as a node that restarts.</summary>
    public void DropPool() => _pool.Clear();

    /// <summary>L1 goes back to that block: what was mined behind it never happened, and the blocks that follow are others.</summary>
    public void GoBack(ulong block)
    {
        Reorganise(block + 1);
        Head = block;
    }

    /// <summary>
    /// Other blocks from that number on: what was in the old ones is gone, until it is added again. Returns what was logged in them.
    /// </summary>
    public IReadOnlyList<LogEntry> Reorganise(ulong from)
    {
        _forks.Add(from);
        List<LogEntry> gone = [.. _logs.Where(log => log.BlockNumber >= from)];
        _logs.RemoveAll(log => log.BlockNumber >= from);
        _mined.RemoveAll(tx => tx.Block >= from);
        foreach (var (hash, receipt) in _receipts.ToList())
        {
            if (receipt.BlockNumber >= from)
                _receipts.Remove(hash);
        }

        _executed.RemoveAll(tx => tx.Block >= from);
        foreach (var contract in _contracts.Values.Distinct().ToList())
            contract.Forget();
        foreach (var transaction in _executed)
            Run(transaction);
        return gone;
    }

    private ulong Mined(Address account, ulong block) => (ulong)_mined.Count(tx => tx.From == account && tx.Block <= block);

    private void Execute(FakeTransaction transaction)
    {
        var (hash, from, to, _, block) = transaction;
        _mined.Add((from, block, hash));
        _executed.Add(transaction);
        var events = Run(transaction);
        List<LogEntry> logs = [.. (events ?? []).Select(happened => AddLog(to, happened, block, hash))];
        _receipts[hash] = new TransactionReceipt(hash, block, BlockHash(block), events is not null, 70_000, 7, null, logs);
    }

    /// <summary>The events, or null where the contract refuses the transaction.</summary>
    private IReadOnlyList<FakeEvent>? Run(FakeTransaction transaction) =>
        !_contracts.TryGetValue(transaction.To, out var contract) ? []
        : contract.Refuses(new CallRequest(transaction.To, transaction.Data, transaction.From), transaction.Block) is not null ? null
        : contract.Execute(transaction);
}
