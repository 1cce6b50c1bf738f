using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Signs the node's transactions. An asynchronous interface, because the key may live elsewhere.</summary>
public interface ITransactionSigner
{
    /// <summary>The account that pays.</summary>
    Address Address { get; }

    /// <summary>Signs. A key that lives elsewhere may give other bytes each time: what is signed is stored before it is sent.</summary>
    ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken);
}
