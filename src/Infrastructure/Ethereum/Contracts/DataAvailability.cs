using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The source of an application's inputs: an encoded ABI call that is never executed.</summary>
public static class DataAvailability
{
    private static readonly AbiFunction InputBoxFunction = new("InputBox(address)");

    /// <summary>Encodes InputBox(address).</summary>
    public static byte[] InputBox(Address inputBox) => InputBoxFunction.Encode(AbiValue.Of(inputBox));

    /// <summary>Reads InputBox(address); false for any other kind.</summary>
    public static bool TryDecodeInputBox(ReadOnlySpan<byte> data, out Address inputBox)
    {
        inputBox = default;
        if (data.Length != 36 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data) != InputBoxFunction.Selector)
            return false;
        try
        {
            inputBox = new AbiReader(data[4..]).Address(0);
            return true;
        }
        catch (AbiException)
        {
            return false;
        }
    }
}
