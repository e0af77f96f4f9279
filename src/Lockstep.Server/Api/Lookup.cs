using Lockstep.Graph;
using Lockstep.Reconciliation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Api;

/// <summary>Finds what a caller names. A name that fits several is never guessed: the problem lists them.</summary>
internal static class Lookup
{
    private const int ChoicesMax = 20;

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

    /// <summary>Finds a resource or secret by node id or name.</summary>
    internal static (NodeId? Found, ProblemHttpResult? Problem) Resource(IEstate estate, string? text)
    {
        if (NodeId.TryParse(text, null, out var id) && (estate.Find(id) is not null || estate.Graph.LinksTo(id).Count > 0))
        {
            return (id, null);
        }

        var found = string.IsNullOrWhiteSpace(text)
            ? []
            : estate.NodesOf(null)
                .Where(n => n.Id.Kind is NodeKinds.Resource or NodeKinds.Secret
                    && string.Equals(n.Name, text, StringComparison.OrdinalIgnoreCase))
                .OrderBy(n => n.Id).Take(ChoicesMax + 1).ToList();
        return found.Count switch
        {
            1 => (found[0].Id, null),
            0 => (null, Problems.Of(
                404, "LS3006", $"no resource or secret is called `{Short(text)}`; give its name or its id system/kind/key")),
            _ => (null, Ambiguous(estate, text, found)),
        };
    }

    /// <summary>Finds the system's own spelling of an action on a resource, so that <c>select</c> finds <c>SELECT</c>.</summary>
    internal static string Action(IEstate estate, NodeId resource, string action) =>
        estate.Graph.LinksTo(resource).Select(AccessTarget.Of).OfType<AccessTarget>().Select(t => t.Action)
            .OrderBy(a => a == action ? 0 : 1).FirstOrDefault(a => string.Equals(a, action, StringComparison.OrdinalIgnoreCase)) ?? action;

    private static ProblemHttpResult Ambiguous(IEstate estate, string? text, IReadOnlyList<Node> found) => Problems.Of(
        409, "LS3005", $"`{Short(text)}` fits several; name one by its id",
            [.. found.Take(ChoicesMax).Select(n => Wire.Node(estate, n.Id))]);

    private static string Short(string? text) => text is { Length: > 200 } ? text[..200] : text ?? string.Empty;
}
