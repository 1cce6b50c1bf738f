using System.Text;
using Rollups.Domain;

namespace Rollups.Cli.Inspect;

/// <summary>Bytes for the terminal.</summary>
internal static class ShownBytes
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, where the bytes are one without control characters, which could change the terminal; else hex with 0x.</summary>
    public static string Of(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            var text = Strict.GetString(bytes);
            return text.Length > 0 && !text.Any(char.IsControl) ? text : Hex.Encode(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Hex.Encode(bytes);
        }
    }
}
