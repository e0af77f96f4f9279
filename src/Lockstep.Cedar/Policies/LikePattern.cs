using System.Collections.Immutable;
using System.Text;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Policies;

/// <summary>A pattern of <c>like</c>: literal pieces with a wildcard (any run of characters) between neighbours.</summary>
public sealed class LikePattern : IEquatable<LikePattern>
{
    /// <summary>Makes a pattern from its pieces; n pieces stand around n - 1 wildcards.</summary>
    public LikePattern(ImmutableArray<string> pieces) => Pieces = pieces;

    /// <summary>Gets the pieces, at least one; an empty piece is allowed.</summary>
    public ImmutableArray<string> Pieces { get; }

    /// <summary>Says whether the whole text fits. Time is at most text length x pattern length.</summary>
    public bool Matches(string text)
    {
        var pieces = Pieces.AsSpan();
        if (pieces.Length == 1)
        {
            return text == pieces[0];
        }

        var rest = text.AsSpan();
        if (!rest.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[pieces[0].Length..];
        foreach (var piece in pieces[1..^1])
        {
            var at = rest.IndexOf(piece, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + piece.Length)..];
        }

        return rest.EndsWith(pieces[^1], StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public bool Equals(LikePattern? other) => other is not null && Pieces.SequenceEqual(other.Pieces);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LikePattern);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pieces.Length, Pieces[0]);

    /// <summary>Writes the pattern as it stands between quotes.</summary>
    public override string ToString() => string.Join('*', Pieces.Select(piece => Escapes.Write(piece, isPattern: true)));

    /// <summary>Cuts a text at the given wildcard places.</summary>
    internal static LikePattern Cut(string text, IReadOnlyList<int> wildcards)
    {
        var pieces = ImmutableArray.CreateBuilder<string>();
        var piece = new StringBuilder();
        var next = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (next < wildcards.Count && wildcards[next] == i)
            {
                next++;
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            else
            {
                piece.Append(text[i]);
            }
        }

        pieces.Add(piece.ToString());
        return new(pieces.ToImmutable());
    }
}
