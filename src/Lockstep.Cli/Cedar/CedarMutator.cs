using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Lockstep.Cli.Cedar;

/// <summary>Changes a text a little: swaps, repeats, deletes and inserts pieces.</summary>
[SuppressMessage("Security", "CA5394", Justification = "A seeded Random is what makes a run replayable; nothing secret is drawn.")]
internal sealed class CedarMutator(Random random, IReadOnlyList<string> seeds)
{
    private const int LengthMax = 4_000;
    private static readonly string[] Pieces =
    [
        "(", ")", "{", "}", "[", "]", "\"", "\\", "::", "==", "!", "-", "9223372036854775808", "-9223372036854775808", "?principal",
            "?resource", "has", "like",
        "is", "in", "if true then 1 else 2", "\\u{110000}", "\\u{1F600}", "\\x41", "*", "@a", "//", "\n", "\0", "ip(\"::1\")",
            "decimal(\"1.0\")", "null", "1e9",
        "{\"__entity\":{\"type\":\"User\",\"id\":\"a\"}}", "{\"__extn\":{\"fn\":\"ip\",\"arg\":\"1.1.1.1\"}}", "\ud83d", ".isEmpty()",
            ".contains(1)", ".getTag(\"a\")",
    ];

    /// <summary>Gives the next mutated text.</summary>
    public string Next()
    {
        var text = new StringBuilder(seeds[random.Next(seeds.Count)]);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            Change(text);
        }

        return text.ToString(0, Math.Min(text.Length, LengthMax));
    }

    private void Change(StringBuilder text)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 12), text.Length - at);
        switch (random.Next(6))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                break;
            case 2:
                text.Insert(at, text.ToString(at, length));
                break;
            case 3 when at < text.Length:
                text[at] = (char)random.Next(1, 0x250);
                break;
            case 4:
                var piece = Pieces[random.Next(Pieces.Length)];
                for (var times = random.Next(1, 400); times > 0; times--)
                {
                    text.Insert(at, piece);
                }

                break;
            default:
                var other = seeds[random.Next(seeds.Count)];
                var from = random.Next(other.Length);
                text.Insert(at, other[from..Math.Min(other.Length, from + random.Next(1, 60))]);
                break;
        }
    }
}
