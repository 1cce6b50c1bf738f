namespace Rollups.Domain;

/// <summary>Kind of an output, by its selector (Outputs.sol).</summary>
public enum OutputKind
{
    /// <summary>Notice(bytes): a statement that can be validated.</summary>
    Notice,

    /// <summary>Voucher(address,uint256,bytes): a call that the application contract makes.</summary>
    Voucher,

    /// <summary>DelegateCallVoucher(address,bytes): a delegate call that it makes.</summary>
    DelegateCallVoucher,
}
