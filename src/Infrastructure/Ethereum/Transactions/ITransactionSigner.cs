namespace Rollups.Ethereum;

/// <summary>Signs the node's transactions. An asynchronous interface, because the key may live elsewhere.</summary>
public interface ITransactionSigner
{
    /// <summary>The account that pays.</summary>
    Address Address { get; }

    /// <summary>Signs; the same transaction always gives the same bytes.</summary>
    ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken);
}
