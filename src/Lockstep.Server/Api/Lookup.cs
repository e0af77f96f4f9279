using Lockstep.Graph;
using Lockstep.Reconciliation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Api;

/// <summary>Finds what a caller names. A name that fits several is never guessed: the problem lists them.</summary>
internal static class Lookup
{
    private const int ChoicesMax = 20;
    private const int NamedMax = 1_000;

    /// <summary>Finds an identity by node id, name, mail or account name.</summary>
    internal static (Node? Found, ProblemHttpResult? Problem) Identity(IEstate estate, string? text)
    {
        var found = string.IsNullOrWhiteSpace(text) ? [] : estate.FindIdentities(text);
        return found.Count switch
        {
            1 => (found[0], null),
            0 => (null, Problems.Of(
                404, "LS3004", $"no identity is called `{Short(text)}`; `lockstep systems` shows whether its system was observed")),
            _ => (null, Ambiguous(estate, text, found)),
        };
    }

    /// <summary>
    /// Finds a resource or secret by node id or name, or by the last part of a dotted name (<c>payments</c> for
    /// <c>payments.public.payments</c>). Where several fit, those on which somebody may do <paramref name="action"/> come first.
    /// </summary>
    internal static (NodeId? Found, ProblemHttpResult? Problem) Resource(IEstate estate, string? text, string? action)
    {
        if (NodeId.TryParse(text, null, out var id) && (estate.Find(id) is not null || estate.Graph.LinksTo(id).Count > 0))
        {
            return (id, null);
        }

        var named = string.IsNullOrWhiteSpace(text) ? [] : estate.FindResources(text).Take(NamedMax).ToList();
        var found = Narrowest(
            named.Where(n => IsEqual(n.Name, text) && Has(estate, n.Id, action)),
            named.Where(n => Has(estate, n.Id, action)),
            named.Where(n => IsEqual(n.Name, text)),
            named);
        return found.Count switch
        {
            1 => (found[0].Id, null),
            0 => (null, Problems.Of(
                404, "LS3006", $"no resource or secret is called `{Short(text)}`; give its name or its id system/kind/key")),
            _ => (null, Ambiguous(estate, text, found)),
        };
    }

    /// <summary>Finds any node: by its id, else an identity, else a resource or secret by name.</summary>
    internal static (NodeId? Found, ProblemHttpResult? Problem) Any(IEstate estate, string? text)
    {
        if (NodeId.TryParse(text, null, out var id) && (estate.Find(id) is not null || estate.Graph.Names(id)))
        {
            return (id, null);
        }

        var (identity, problem) = Identity(estate, text);
        return identity is not null ? (identity.Id, null) : problem!.StatusCode == 409 ? (null, problem) : Resource(estate, text, action: null);
    }

    private static List<Node> Narrowest(params ReadOnlySpan<IEnumerable<Node>> choices)
    {
        foreach (var choice in choices)
        {
            if (choice.ToList() is { Count: > 0 } found)
            {
                return found;
            }
        }

        return [];
    }

    private static bool Has(IEstate estate, NodeId resource, string? action) =>
        action is not null && estate.Graph.LinksTo(resource).Any(l => AccessTarget.Of(l) is { } target && IsEqual(target.Action, action));

    private static bool IsEqual(string name, string? text) => string.Equals(name, text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the system's own spelling of an action on a resource, so that <c>select</c> finds <c>SELECT</c>.</summary>
    internal static string Action(IEstate estate, NodeId resource, string action) =>
        estate.Graph.LinksTo(resource).Select(AccessTarget.Of).OfType<AccessTarget>().Select(t => t.Action)
            .OrderBy(a => a == action ? 0 : 1).FirstOrDefault(a => string.Equals(a, action, StringComparison.OrdinalIgnoreCase)) ?? action;

    private static ProblemHttpResult Ambiguous(IEstate estate, string? text, IReadOnlyList<Node> found) => Problems.Of(
        409, "LS3005", $"`{Short(text)}` fits several; name one by its id",
            [.. found.Take(ChoicesMax).Select(n => Wire.Node(estate, n.Id))]);

    private static string Short(string? text) => text is { Length: > 200 } ? text[..200] : text ?? string.Empty;
}
