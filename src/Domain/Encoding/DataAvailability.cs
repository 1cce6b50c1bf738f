namespace Rollups.Domain;

/// <summary>The source of an application's inputs: an encoded ABI call that is never executed.</summary>
public static class DataAvailability
{
    private static readonly byte[] InputBoxSelector = new PayloadCall("InputBox(address)").SelectorBytes;

    /// <summary>Encodes InputBox(address).</summary>
    public static byte[] InputBox(Address inputBox) => [.. InputBoxSelector, .. PayloadCall.WordOf(inputBox).ToByteArray()];

    /// <summary>Reads InputBox(address); false for any other kind.</summary>
    public static bool TryDecodeInputBox(ReadOnlySpan<byte> data, out Address inputBox)
    {
        inputBox = default;
        if (data.Length != InputBoxSelector.Length + Hash32.Size || !data.StartsWith(InputBoxSelector))
            return false;
        try
        {
            inputBox = new AbiReader(data[InputBoxSelector.Length..]).Address(0);
            return true;
        }
        catch (AbiException)
        {
            return false;
        }
    }
}
