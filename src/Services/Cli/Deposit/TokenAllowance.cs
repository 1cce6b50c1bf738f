using System.Numerics;
using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Deposit;

/// <summary>Whether a portal may take a token from the account, and the transaction that allows it.</summary>
/// <param name="Token">The token's contract.</param>
/// <param name="IsGivenAsync">Asks the token.</param>
/// <param name="Approve">Call data that allows it.</param>
/// <param name="Signature">The same for people, such as <c>approve(portal, 5)</c>.</param>
internal sealed record TokenAllowance(
    Address Token,
    Func<L1Connection, CancellationToken, Task<bool>> IsGivenAsync,
    byte[] Approve,
    string Signature
)
{
    private static readonly AbiFunction AllowanceFunction = new("allowance(address,address)");
    private static readonly AbiFunction ApproveFunction = new("approve(address,uint256)");
    private static readonly AbiFunction ApprovedFunction = new("getApproved(uint256)");
    private static readonly AbiFunction IsOperatorFunction = new("isApprovedForAll(address,address)");
    private static readonly AbiFunction SetOperatorFunction = new("setApprovalForAll(address,bool)");

    /// <summary>ERC-20: an allowance of at least the amount.</summary>
    public static TokenAllowance Erc20(Address token, Address owner, Address portal, BigInteger amount) =>
        new(
            token,
            async (l1, cancellationToken) =>
                new AbiReader(
                    await l1.CallAsync(new(token, AllowanceFunction.Encode(AbiValue.Of(owner), AbiValue.Of(portal))), cancellationToken)
                ).UInt256(0) >= amount,
            ApproveFunction.Encode(AbiValue.Of(portal), AbiValue.Of(amount)),
            $"approve({portal}, {amount})"
        );

    /// <summary>ERC-721: the portal is approved for this token, or for all of the owner's.</summary>
    public static TokenAllowance Erc721(Address token, Address owner, Address portal, BigInteger id) =>
        new(
            token,
            async (l1, cancellationToken) =>
                new AbiReader(await l1.CallAsync(new(token, ApprovedFunction.Encode(AbiValue.Of(id))), cancellationToken)).Address(0)
                    == portal
                || await IsOperatorAsync(l1, token, owner, portal, cancellationToken),
            ApproveFunction.Encode(AbiValue.Of(portal), AbiValue.Of(id)),
            $"approve({portal}, {id})"
        );

    /// <summary>ERC-1155: the portal is an operator of the owner.</summary>
    public static TokenAllowance Erc1155(Address token, Address owner, Address portal) =>
        new(
            token,
            (l1, cancellationToken) => IsOperatorAsync(l1, token, owner, portal, cancellationToken),
            SetOperatorFunction.Encode(AbiValue.Of(portal), AbiValue.Of(1UL)),
            $"setApprovalForAll({portal}, true)"
        );

    /// <summary>Makes sure that the portal may take the token.</summary>
    /// <param name="account">The owner.</param>
    /// <param name="mayApprove">Whether to send the approval if it is missing.</param>
    /// <param name="output">Takes the progress.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The transaction of the approval; null if none was needed.</returns>
    /// <exception cref="OperatorException">It is missing and must not be sent, or the address is no such token.</exception>
    public async Task<SentTransaction?> EnsureAsync(
        L1Account account,
        bool mayApprove,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(output);
        bool isGiven;
        try
        {
            isGiven = await IsGivenAsync(account.L1, cancellationToken);
        }
        catch (ContractRevertedException revert)
        {
            throw new OperatorException(
                $"The token {Token} refused the question: {revert.Reason.TrimEnd('.')}. Nothing was sent.",
                revert
            );
        }
        catch (AbiException exception)
        {
            throw new OperatorException($"There is no token of this kind at {Token}: check the address and the chain.", exception);
        }
        if (isGiven)
            return null;
        if (!mayApprove)
            throw new OperatorException(
                $"The portal may not take this from {account.Address} yet: add --approve, which calls {Signature} of the token {Token} "
                    + "first. Nothing was sent."
            );
        var sent = await account.SendAsync("The approval", new CallRequest(Token, Approve), cancellationToken);
        output.Note($"Approved the portal in block {sent.BlockNumber}.");
        return sent;
    }

    private static async Task<bool> IsOperatorAsync(
        L1Connection l1,
        Address token,
        Address owner,
        Address portal,
        CancellationToken cancellationToken
    ) =>
        new AbiReader(
            await l1.CallAsync(new(token, IsOperatorFunction.Encode(AbiValue.Of(owner), AbiValue.Of(portal))), cancellationToken)
        ).Bool(0);
}
