namespace Lockstep.Graph;

/// <summary>
/// Brings what a connector says into the bounds that facts are read with, so that whatever was written can be read again.
/// </summary>
public static class FactBounds
{
    /// <summary>The most characters of all attributes of a node together, so that a node fits into one ledger entry: 12,000.</summary>
    public const int AttributesLengthMax = 12_000;

    /// <summary>The most characters of a scope: 1,024.</summary>
    public const int ScopeLengthMax = 1024;

    /// <summary>
    /// Cuts texts that are too long and puts spaces for control characters; gives the same instance if nothing is to be done.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A `permits` link has no action, or another kind has one; or a scope is empty, too long or not on one line: a bug of the connector.
    /// </exception>
    public static Fact Fit(Fact fact) => fact switch
    {
        _ when fact.Scope.Length == 0 || !IsFit(fact.Scope, ScopeLengthMax) =>
            throw new ArgumentException(
                $"a scope is 1 to {ScopeLengthMax} characters on one line, and that of {fact.Key} is not", nameof(fact)),
        Fact.OfNode node => Fit(node),
        Fact.OfLink link => Fit(link),
        _ => fact,
    };

    private static Fact.OfNode Fit(Fact.OfNode fact)
    {
        var node = fact.Node;
        var fits = IsFit(node.Name, 1024)
            && node.Attributes.Count <= 64
            && node.Attributes.Sum(a => a.Key.Length + a.Value.Length) <= AttributesLengthMax
            && node.Attributes.All(a => IsFit(a.Key, 128) && IsFit(a.Value, 1024));
        return fits ? fact : fact with
        {
            Node = node with
            {
                Name = Cut(node.Name, 1024),
                Attributes = FitAttributes(node.Attributes),
            },
        };
    }

    private static Dictionary<string, string> FitAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        var (fit, length) = (new Dictionary<string, string>(StringComparer.Ordinal), 0);
        foreach (var (attribute, value) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            var (key, text) = (Cut(attribute, 128), Cut(value, 1024));
            length += key.Length + text.Length;
            if (fit.Count < 64 && length <= AttributesLengthMax)
            {
                fit[key] = text;
            }
        }

        return fit;
    }

    private static Fact.OfLink Fit(Fact.OfLink fact)
    {
        var link = fact.Link;
        if ((link.Kind == LinkKind.Permits) != !string.IsNullOrEmpty(link.Action))
        {
            throw new ArgumentException($"a link has an action if and only if it is a `permits` link: {link.Key}", nameof(fact));
        }

        var fits = IsFit(link.Action, 128) && IsFit(link.Condition, 512) && link.Evidence.Length > 0 && IsFit(link.Evidence, 512);
        return fits ? fact : fact with
        {
            Link = link with
            {
                Action = link.Action is null ? null : Cut(link.Action, 128),
                Condition = string.IsNullOrEmpty(link.Condition) ? null : Cut(link.Condition, 512),
                Evidence = link.Evidence.Length == 0 ? $"listed by {link.Source}" : Cut(link.Evidence, 512),
            },
        };
    }

    private static bool IsFit(string? text, int lengthMax) =>
        text is null || (text.Length <= lengthMax && !text.AsSpan().ContainsAnyInRange('\u0000', '\u001f'));

    private static string Cut(string text, int lengthMax)
    {
        var cut = text.Length <= lengthMax ? text : text[..(char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax)];
        return string.Create(cut.Length, cut, (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = from[i] < ' ' ? ' ' : from[i];
            }
        });
    }
}
