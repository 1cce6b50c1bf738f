using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Signs the node's transactions. Asynchronous, because the key may be external.</summary>
public interface ITransactionSigner
{
    /// <summary>The account that pays.</summary>
    Address Address { get; }

    /// <summary>Signs. An external key may give different bytes each time, so the signed bytes are stored before they are sent.</summary>
    ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken);
}
