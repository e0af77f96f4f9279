using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>A plan in the making.</summary>
internal sealed class PlanDraft(
    IEstate estate, IReadOnlyDictionary<string, SystemCapabilities> systems, NodeId subject, DateTimeOffset at)
{
    private readonly List<PlannedStep> _steps = [];
    private readonly List<UncutAccess> _uncut = [];
    private readonly HashSet<Cut> _cuts = [];

    public void Disable(NodeId account)
    {
        var cut = new Cut { Kind = CutKind.DisableAccount, Target = account };
        if (!Add(cut, "nothing new can be opened as it", isLatent: false))
        {
            _uncut.Add(new($"account {NameOf(account)} of {account.SystemName}", "no connector can disable it; disable it by hand"));
        }
    }

    /// <summary>Removes what the account was given directly, so that enabling it again gives nothing back.</summary>
    public void RemoveGrantsOf(NodeId account)
    {
        var given = estate.Graph.LinksFrom(account).Where(l =>
            l.Kind is LinkKind.MemberOf or LinkKind.Assumes or LinkKind.Reads or LinkKind.Permits or LinkKind.Eligible
            && l.Validity.HoldsAt(at));
        foreach (var link in given)
        {
            _ = Add(RemovalOf(link), "would come back if the account were enabled again", isLatent: true);
        }
    }

    public void RevokeOrEnd(NodeId held, bool isHeldByOthers)
    {
        var kind = held.Kind == NodeKinds.Session ? CutKind.EndSession : CutKind.RevokeCredential;
        if (isHeldByOthers && kind == CutKind.RevokeCredential)
        {
            RotateIfShared(held, [], [], []);
            return;
        }

        var cut = new Cut { Kind = kind, Target = held };
        var isLatent = estate.Find(held)?.Find(NodeAttributes.Latent) == "true";
        if (!Add(cut, kind == CutKind.EndSession ? "an open session outlives its account" : "works without its holder's password", isLatent)
            && !IsPasswordOf(held))
        {
            _uncut.Add(new($"{held.Kind} {NameOf(held)} of {held.SystemName}", "no connector can revoke it"));
        }
    }

    public void RotateIfShared(
        NodeId credential, IReadOnlyList<NodeId> secrets, List<NodeId> ownAccounts, IReadOnlyList<NodeId> others)
    {
        var accounts = LinksNow(credential, LinkKind.AuthenticatesAs).Select(l => l.To).ToList();
        if (accounts.Count > 0 && accounts.TrueForAll(ownAccounts.Contains))
        {
            return;
        }

        var cut = new Cut { Kind = CutKind.RotateCredential, Target = credential };
        var canRotate = systems.TryGetValue(credential.SystemName, out var system) && system.RotatesCredentials
            && secrets.All(s => systems.TryGetValue(s.SystemName, out var vault) && vault.StoresSecrets);
        if (!canRotate)
        {
            _uncut.Add(new($"value of {NameOf(credential)} of {credential.SystemName}", "it may be known, and no connector can rotate it"));
            return;
        }

        if (_cuts.Add(cut))
        {
            _steps.Add(Step(CasePhase.Rotate, cut, $"rotate {NameOf(credential)}, kept in {Names(secrets)}",
                "its value may be known; others use it, so it is replaced and not deleted") with
            {
                AlsoUsedBy = [.. others.Select(NameOf)],
                Secrets = secrets,
                Proof = ProofKind.Probe,
                DenialBound = TimeSpan.Zero,
            });
        }

        EndSessionsOf(accounts);
    }

    /// <summary>A new value must not be handed out through an answer that a cache still gives.</summary>
    public void WaitForCaches(IEnumerable<NodeId> secrets)
    {
        var reads = secrets.SelectMany(estate.Graph.LinksTo)
            .Where(l => l.Kind == LinkKind.Reads && l.Enforcement.Mode == EnforcementMode.Cached);
        foreach (var vault in reads.GroupBy(l => l.Source))
        {
            var cache = vault.Max(l => l.Enforcement.CacheFor);
            _steps.Add(new PlannedStep
            {
                Index = 0,
                Phase = CasePhase.WaitForCaches,
                Cut = null,
                SystemName = vault.Key,
                What = $"wait until {vault.Key} no longer answers from its cache ({cache.TotalSeconds:0} s)",
                Why = "a token used before the cut is served from the cache, and would be handed the new value",
                Proof = ProofKind.Listing,
                DenialBound = cache,
                Note = $"cached for at most {cache.TotalSeconds:0} s after the account is cut",
            });
        }
    }

    /// <summary>Cuts what the steps so far leave reachable, by the cheapest links; what cannot be cut is said.</summary>
    public void CutWhatIsLeft()
    {
        var rest = RestGraph();
        var cut = LeastCut.Find(rest, subject, [], CostOf, at, QueryLimits.Default, CancellationToken.None).Value;
        foreach (var link in cut?.Links ?? [])
        {
            _ = Add(RemovalOf(link), "the cheapest link that cuts what is otherwise left", isLatent: false);
        }
    }

    public bool Add(Cut cut, string why, bool isLatent)
    {
        if (!systems.TryGetValue(cut.SystemName, out var system) || system.Find(cut) is not { } capability)
        {
            return false;
        }

        if (_cuts.Add(cut))
        {
            _steps.Add(Step(PhaseOf(cut), cut, Say(cut), why) with
            {
                Proof = capability.Proof,
                DenialBound = BoundOf(capability.Enforcement),
                IsLatent = isLatent,
                Note = capability.Note,
            });
        }

        return true;
    }

    public CasePlan ToPlan(IReadOnlyList<NodeId> unexplained)
    {
        var chains = estate.Graph.AccessOf(subject, at, QueryLimits.Default, CancellationToken.None).Value;
        foreach (var chain in RestGraph().AccessOf(subject, at, QueryLimits.Default, CancellationToken.None).Value)
        {
            _uncut.Add(new(string.Join(" -> ", chain.Links.Select(l => NameOf(l.To))), "no connected system can cut a link of this chain"));
        }

        _uncut.AddRange(unexplained.Select(s => new UncutAccess(
            $"value of secret {NameOf(s)} of {s.SystemName}", "it may be known, and nothing says what it opens; declare it or rotate it by hand")));
        return new CasePlan
        {
            Subject = subject,
            SubjectName = NameOf(subject),
            AsOf = at,
            Chains = chains,
            Steps = [.. _steps.OrderBy(s => s.Phase).Select((step, i) => step with { Index = i })],
            Uncut = _uncut,
            LeastCutSize = LeastCut.Find(estate.Graph, subject, [], CostOf, at, QueryLimits.Default, CancellationToken.None).Value?.Links.Count ?? -1,
            IncompleteSystems = [.. estate.Systems.Where(s => s.ObservedAt is null || s.LastError is not null || s.Gaps.Count > 0).Select(s => s.SystemName)],
        };
    }

    private static CasePhase PhaseOf(Cut cut) => cut.Kind switch
    {
        CutKind.DisableAccount or CutKind.RemoveLink => CasePhase.StopIssuance,
        CutKind.RevokeCredential => CasePhase.RevokeCredentials,
        CutKind.EndSession => CasePhase.EndSessions,
        CutKind.RotateCredential => CasePhase.Rotate,
        _ => throw new System.Diagnostics.UnreachableException($"Bug in Lockstep: unknown cut {cut.Kind}."),
    };

    private static TimeSpan? BoundOf(Enforcement enforcement) => enforcement.Mode switch
    {
        EnforcementMode.Online => TimeSpan.Zero,
        EnforcementMode.Cached => enforcement.CacheFor,
        _ => null,
    };

    private static Cut RemovalOf(Link link) => new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link.Key };

    /// <summary>Sessions of a shared account were opened with a value that is now old; whoever still may, comes back with the new one.</summary>
    private void EndSessionsOf(List<NodeId> accounts)
    {
        foreach (var session in accounts.SelectMany(estate.Graph.LinksTo)
            .Where(l => l.Kind == LinkKind.AuthenticatesAs && l.From.Kind == NodeKinds.Session).Select(l => l.From).Distinct())
        {
            var cut = new Cut { Kind = CutKind.EndSession, Target = session };
            if (systems.TryGetValue(cut.SystemName, out var system) && system.Find(cut) is { } capability && _cuts.Add(cut))
            {
                _steps.Add(Step(CasePhase.EndOldSessions, cut, Say(cut), "opened with the old value; nobody can say by whom") with
                {
                    Proof = capability.Proof,
                    DenialBound = BoundOf(capability.Enforcement),
                    Note = capability.Note,
                });
            }
        }
    }

    private static PlannedStep Step(CasePhase phase, Cut cut, string what, string why) => new()
    {
        Index = 0,
        Phase = phase,
        Cut = cut,
        SystemName = cut.SystemName,
        What = what,
        Why = why,
        Proof = ProofKind.Listing,
        DenialBound = null,
    };

    /// <summary>The part of the graph that the subject reaches, without what the steps cut.</summary>
    private PlainGraph RestGraph()
    {
        var reached = estate.Graph.BlastRadius(subject, at, QueryLimits.Default, CancellationToken.None).Value.Select(a => a.Node);
        var links = reached.Prepend(subject).SelectMany(estate.Graph.LinksFrom).Where(l => estate.Graph.Flows(l, at) && !IsCut(l));
        return new PlainGraph(links, _ => NodeState.Active);
    }

    private bool IsCut(Link link) =>
        _cuts.Contains(RemovalOf(link))
        || (link.Kind is LinkKind.Represents && IsDisabled(link.To))
        || (link.Kind is LinkKind.AuthenticatesAs && link.From.Kind == NodeKinds.Credential && IsDisabled(link.To))
        || (link.Kind is LinkKind.Holds or LinkKind.AuthenticatesAs && IsGone(link.Kind is LinkKind.Holds ? link.To : link.From))
        || (link.Kind is LinkKind.Contains && _cuts.Contains(new Cut { Kind = CutKind.RotateCredential, Target = link.To }));

    private bool IsDisabled(NodeId account) => _cuts.Contains(new Cut { Kind = CutKind.DisableAccount, Target = account });

    private bool IsGone(NodeId held) =>
        _cuts.Contains(new Cut { Kind = CutKind.RevokeCredential, Target = held })
        || _cuts.Contains(new Cut { Kind = CutKind.EndSession, Target = held })
        || _cuts.Contains(new Cut { Kind = CutKind.RotateCredential, Target = held });

    private bool IsPasswordOf(NodeId credential) => LinksNow(credential, LinkKind.AuthenticatesAs).Any(l => IsDisabled(l.To));

    private IEnumerable<Link> LinksNow(NodeId from, LinkKind kind) =>
        estate.Graph.LinksFrom(from).Where(l => l.Kind == kind && l.Validity.HoldsAt(at));

    /// <summary>A link that serves many others is dear; one that no connector can remove has no price.</summary>
    private long? CostOf(Link link)
    {
        var cut = RemovalOf(link);
        if (!systems.TryGetValue(cut.SystemName, out var system) || system.Find(cut) is null)
        {
            return link.Kind is LinkKind.Represents or LinkKind.Holds && _cuts.Any(c => c.Target == link.To) ? 1 : null;
        }

        var others = estate.Graph.Exposure(link.From, at, QueryLimits.Default, CancellationToken.None).Value
            .Count(a => a.Node.Kind == NodeKinds.Identity && a.Node != subject);
        return 1 + (10L * others);
    }

    private string Say(Cut cut) => cut.Kind switch
    {
        CutKind.DisableAccount => $"disable account {NameOf(cut.Target)} and replace its password",
        CutKind.RevokeCredential => $"revoke {estate.Find(cut.Target)?.Find(NodeAttributes.CredentialType) ?? "credential"} {NameOf(cut.Target)}",
        CutKind.EndSession => $"end session {NameOf(cut.Target)}",
        CutKind.RemoveLink => $"remove {NameOf(cut.Target)} {cut.Link!.Kind.Word} {NameOf(cut.Link.To)}{(cut.Link.Action is { } a ? $" ({a})" : "")}",
        _ => $"{cut.Kind} {NameOf(cut.Target)}",
    };

    private string Names(IEnumerable<NodeId> nodes) => string.Join(", ", nodes.Select(n => $"{NameOf(n)} of {n.SystemName}").DefaultIfEmpty("no vault"));

    private string NameOf(NodeId id) => estate.Find(id)?.Name ?? id.RawKey;
}
