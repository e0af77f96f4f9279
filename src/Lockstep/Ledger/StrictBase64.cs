using System.Diagnostics.CodeAnalysis;

namespace Lockstep.Ledger;

/// <summary>Base64 with one spelling for each value: no white space, full padding, no loose bits at the end.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var target = new byte[text.Length];
        if (Convert.TryFromBase64String(text, target, out var count))
        {
            bytes = target[..count];
            return string.Equals(Convert.ToBase64String(bytes), text, StringComparison.Ordinal);
        }

        bytes = null;
        return false;
    }
}
