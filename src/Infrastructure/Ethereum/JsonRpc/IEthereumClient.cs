using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// The L1 node, by JSON-RPC over HTTP. Transient failures are retried. A call returns an answer or throws <see
/// cref="EthereumRpcException"/> (the node answered with an error), <see cref="EthereumUnreachableException"/> (it did not answer) or
/// <see cref="ContractRevertedException"/> (the contract reverted).
/// </summary>
public interface IEthereumClient
{
    /// <summary>
    /// Blocks whose logs the endpoint returns in a bounded number of requests, as far as known. A reader of a long backlog that
    /// commits after each step limits its steps to this, so that a failure does not cost hours of work.
    /// </summary>
    ulong BlocksPerStep => ulong.MaxValue;

    /// <summary>eth_chainId.</summary>
    Task<ulong> GetChainIdAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Header of a block, or null if the node does not have it. An endpoint without a pending block returns the latest instead.
    /// </summary>
    Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken);

    /// <summary>
    /// Headers of many blocks in as few HTTP requests as possible, in order; null for each that the node does not have.
    /// </summary>
    Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken);

    /// <summary>
    /// The transactions of one account in a block, in the order of their nonces, from the block with all its transactions; empty if the
    /// node does not have the block.
    /// </summary>
    Task<IReadOnlyList<MinedBy>> GetTransactionsOfAsync(Address account, ulong block, CancellationToken cancellationToken);

    /// <summary>eth_call; the raw return data.</summary>
    /// <exception cref="ContractRevertedException">The call reverted.</exception>
    Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken);

    /// <summary>
    /// Many eth_calls at one block in as few HTTP requests as possible; one outcome per call, in order. A revert is an outcome, not an
    /// exception. The requests may reach several nodes of a provider: if the answers must be consistent, pin the block by hash (<see
    /// cref="BlockTag.Of"/>).
    /// </summary>
    Task<IReadOnlyList<CallOutcome>> CallManyAsync(IReadOnlyList<CallRequest> calls, BlockTag block, CancellationToken cancellationToken);

    /// <summary>
    /// Logs of the whole inclusive range in chain order (block, log index). Queried in ranges that the endpoint accepts; fails only if
    /// the endpoint refuses even a single block, or rate-limits requests.
    /// </summary>
    Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken);

    /// <summary>eth_getCode; empty if there is no contract.</summary>
    Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken);

    /// <summary>eth_getBalance, in wei.</summary>
    Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken);

    /// <summary>
    /// eth_getTransactionCount: the next nonce as of that block (use <see cref="BlockTag.Pending"/> to include the pool, if the
    /// endpoint supports it).
    /// </summary>
    Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken);

    /// <summary>eth_estimateGas.</summary>
    /// <exception cref="ContractRevertedException">The transaction would revert.</exception>
    Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken);

    /// <summary>eth_gasPrice, in wei.</summary>
    Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken);

    /// <summary>eth_maxPriorityFeePerGas, in wei.</summary>
    Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken);

    /// <summary>eth_sendRawTransaction; the transaction's hash. Sending bytes that the node already has is a success.</summary>
    Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken);

    /// <summary>eth_getTransactionReceipt, or null while it is not mined.</summary>
    Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken);

    /// <summary>
    /// The receipts of an account's transactions, null for each that is not mined, and its transaction count as of a block. Every HTTP
    /// request queries that count along with some receipts, so each node that returns no receipt has the block, and a count beyond a
    /// transaction without a receipt means that another one was mined in its place. Not available from an endpoint that accepts only
    /// one call per request.
    /// </summary>
    /// <exception cref="EthereumRpcException">Also thrown if the endpoint accepts only one call per request.</exception>
    Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    );
}
