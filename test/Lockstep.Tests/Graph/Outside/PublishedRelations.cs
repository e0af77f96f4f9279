using System.Text.RegularExpressions;

namespace Lockstep.Tests.Graph.Outside;

/// <summary>A published relation model, as far as it is membership: direct, computed and inherited relations, joined by <c>or</c>.</summary>
internal sealed partial class PublishedRelations
{
    private readonly Dictionary<(string Type, string Relation), List<string>> _ways = [];

    /// <summary>Gets whether everything in it is membership; <c>and</c>, <c>but not</c>, wildcards and conditions are not.</summary>
    internal bool IsMembership { get; }

    internal PublishedRelations(string text)
    {
        IsMembership = !text.Contains(" and ", StringComparison.Ordinal) && !text.Contains("but not", StringComparison.Ordinal)
            && !text.Contains(":*", StringComparison.Ordinal) && !text.Contains("condition", StringComparison.Ordinal);
        var type = "";
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith("type ", StringComparison.Ordinal))
            {
                type = line[5..].Trim();
            }
            else if (line.StartsWith("define ", StringComparison.Ordinal))
            {
                var parts = line[7..].Split(':', 2);
                _ways[(type, parts[0].Trim())] = [.. Or().Split(parts[1]).Select(w => w.Trim())];
            }
        }
    }

    /// <summary>Who has a relation to an object besides those that the relation itself names: pairs of (has, object and relation).</summary>
    internal IEnumerable<(string Who, string Has)> Memberships(IReadOnlyCollection<(string Object, string Relation, string User)> tuples)
    {
        foreach (var (thing, relation, user) in tuples)
        {
            if (Allows(TypeOf(thing), relation, user))
            {
                yield return (user, $"{thing}#{relation}");
            }
        }

        var things = tuples.SelectMany(t => new[] { t.Object, t.User.Split('#')[0] }).Distinct().ToList();
        foreach (var thing in things)
        {
            foreach (var ((_, relation), ways) in _ways.Where(w => w.Key.Type == TypeOf(thing)))
            {
                foreach (var who in ways.Where(w => w[0] != '[').SelectMany(w => Reached(thing, w, tuples)))
                {
                    yield return (who, $"{thing}#{relation}");
                }
            }
        }
    }

    internal static string TypeOf(string thing) => thing.Split(':')[0];

    /// <summary>Whether the type restriction of a relation lets a tuple name this user; others are ignored, as published.</summary>
    private bool Allows(string type, string relation, string user)
    {
        var kind = user.Contains('#', StringComparison.Ordinal) ? $"{TypeOf(user)}#{user.Split('#')[1]}"
            : user.EndsWith(":*", StringComparison.Ordinal) ? user : TypeOf(user);
        return _ways.GetValueOrDefault((type, relation), []).Exists(
            w => w[0] == '[' && w.Trim('[', ']').Split(',').Any(k => k.Trim() == kind));
    }

    private IEnumerable<string> Reached(string thing, string way, IReadOnlyCollection<(string Object, string Relation, string User)> tuples)
    {
        var from = way.Split(" from ");
        return from.Length == 1
            ? [$"{thing}#{way}"]
            : tuples.Where(t => t.Object == thing && t.Relation == from[1] && Allows(TypeOf(thing), from[1], t.User)
                    && _ways.ContainsKey((TypeOf(t.User), from[0])))
                .Select(t => $"{t.User}#{from[0]}");
    }

    [GeneratedRegex(@"\s+or\s+")]
    private static partial Regex Or();
}
