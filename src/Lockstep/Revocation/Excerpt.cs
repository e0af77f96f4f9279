using System.Text;

namespace Lockstep.Revocation;

/// <summary>Text from outside, short enough for a ledger entry and without halves of characters.</summary>
internal static class Excerpt
{
    /// <summary>Gives the text, cut after at most <paramref name="lengthMax"/> UTF-16 code units.</summary>
    public static string Of(string text, int lengthMax)
    {
        var length = Math.Min(text.Length, lengthMax);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        // A half of a pair cannot stand in canonical JSON; encoding replaces it.
        return text.AsSpan(0, length).IndexOfAnyInRange('\ud800', '\udfff') < 0
            ? text[..length]
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text[..length]));
    }
}
