using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Revocation;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Api;

/// <summary>Finds the cut that takes away what a caller names: a credential, a session, an account, or a link.</summary>
internal sealed class CutChoice(EstateHolder holder, ConnectedSystems systems)
{
    /// <summary>Finds the cut; a problem if nothing is called so or its system cannot cut it.</summary>
    /// <param name="target">A node id; or <c>from kind to</c>, optionally with <c>[action]</c> after the kind, for one link.</param>
    public (Cut? Cut, ProblemHttpResult? Problem) Of(string target)
    {
        var parts = target.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var cut = parts.Length == 3 ? OfLink(parts) : NodeId.TryParse(target.Trim(), null, out var id) ? OfNode(id) : null;
        if (cut is null)
        {
            return (null, Problems.Of(
                404, "LS3012", "no credential, session, account or link is called so; give its id system/kind/key, or `from kind to`"));
        }

        var connector = systems.Connectors.GetValueOrDefault(cut.SystemName);
        return connector is ICutAccess && SystemCapabilities.Of(connector).Find(cut) is not null
            ? (cut, null)
            : (null, Problems.Of(409, "LS3013", $"system `{cut.SystemName}` has no way to make this cut: {cut}"));
    }

    private Cut? OfNode(NodeId id)
    {
        CutKind? kind = id.Kind switch
        {
            NodeKinds.Credential => CutKind.RevokeCredential,
            NodeKinds.Session => CutKind.EndSession,
            NodeKinds.Account => CutKind.DisableAccount,
            _ => null,
        };
        return kind is { } known && holder.Current.Find(id) is not null ? new Cut { Kind = known, Target = id } : null;
    }

    private Cut? OfLink(string[] parts)
    {
        if (!NodeId.TryParse(parts[0], null, out var from) || !NodeId.TryParse(parts[2], null, out var to))
        {
            return null;
        }

        var link = holder.Current.Graph.LinksFrom(from).FirstOrDefault(l => l.To == to
            && parts[1] == (l.Action is null ? l.Kind.Word : $"{l.Kind.Word}[{l.Action}]"));
        return link is null ? null : new Cut { Kind = CutKind.RemoveLink, Target = from, Link = link.Key };
    }
}
