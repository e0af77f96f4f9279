using System.Text.RegularExpressions;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

/// <summary>Node ids are read by hand; the shape that they have is written down here as an expression, which is too simple to be wrong.</summary>
public class NodeIdTests
{
    private static readonly Regex Shape = new(
        @"\A(?<system>[a-z][a-z0-9-]{0,62})/(?<kind>[a-z-]{1,32})/(?<key>[^\s/]{1,512})\z", RegexOptions.CultureInvariant);

    private static readonly string[] Fixed =
    [
        "", "/", "//", "a/b", "a/b/", "a//c", "/b/c", "a/b/c", "a/b/c/", "a/b/c/d", "A/b/c", "1a/b/c", "a1-/b-/c", "a/B/c", "a/b1/c", "a/b/c d",
        "corp-ldap/account/6f1c2a", "a/group/?name=payments-oncall", "a/identity/%2F", "a/secret-version/\u00e9\ud83d\ude00", "a/b/\ud800", "a/b/c\n",
        " a/b/c", "a/b/\u00a0", "a/b/\u0085", "a/b/\u2028", "a/b/\u200b", "a/b/\ufeff", "a/b/\u3000", "a/b/\0",
    ];

    [Fact]
    public void What_is_read_is_what_the_shape_says()
    {
        foreach (var text in Fixed.Concat(Mutants(seed: 1).Take(50_000)))
        {
            Compare(text);
        }
    }

    [Fact]
    public void Every_character_counts_in_a_key_as_the_shape_says()
    {
        for (var letter = 0; letter <= char.MaxValue; letter++)
        {
            Compare($"a/b/x{(char)letter}y");
            Compare($"a{(char)letter}/b/x");
            Compare($"a/b{(char)letter}/x");
        }
    }

    [Fact]
    public void Lengths_are_bounded_as_the_shape_says()
    {
        foreach (var length in new[] { 31, 32, 33, 62, 63, 64, 511, 512, 513 })
        {
            var part = new string('a', length);
            Compare($"{part}/b/c");
            Compare($"a/{part}/c");
            Compare($"a/b/{part}");
        }
    }

    [Fact]
    public void Known_kinds_are_one_string()
    {
        Assert.Same(NodeKinds.Group, NodeId.Parse(string.Concat("a/gro", "up/1")).Kind);
        Assert.Equal("made-up", NodeId.Parse("a/made-up/1").Kind);
    }

    private static void Compare(string text)
    {
        var expected = Shape.Match(text);
        Assert.True(expected.Success == NodeId.TryParse(text, null, out var id), $"{Uri.EscapeDataString(text)}: {id}");
        if (id is not null)
        {
            Assert.Equal(
                (expected.Groups["system"].Value, expected.Groups["kind"].Value, expected.Groups["key"].Value), (id.SystemName, id.Kind, id.Key));
            Assert.Equal(text, id.ToString());
        }
    }

    private static IEnumerable<string> Mutants(int seed)
    {
        const string Letters = "abz09-/ A?%\t\u00e9\u2029";
        var random = new Random(seed);
        while (true)
        {
            var text = Fixed[random.Next(Fixed.Length)].ToList();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(text.Count + 1);
                if (at < text.Count && random.Next(2) == 0)
                {
                    text.RemoveAt(at);
                }
                else
                {
                    text.Insert(at, Letters[random.Next(Letters.Length)]);
                }
            }

            yield return new(text.ToArray());
        }
    }
}
