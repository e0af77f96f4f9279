using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>A plan in the making: what is cut, and what stays with its reason.</summary>
internal sealed class PlanDraft(
    IEstate estate,
    IReadOnlyDictionary<string, SystemCapabilities> systems,
    NodeId subject,
    IReadOnlyList<NodeId> ownAccounts,
    DateTimeOffset at)
{
    private readonly List<PlannedStep> _steps = [];
    private readonly List<UncutAccess> _uncut = [];
    private readonly HashSet<Cut> _cuts = [];
    private readonly HashSet<NodeId> _begun = [];
    private readonly StepText _text = new(estate, subject, at);

    public void Disable(NodeId account)
    {
        if (estate.Find(account)?.Find(NodeAttributes.TokenAccount) == "true")
        {
            // Only what a credential logs in as: the credential is revoked instead.
            return;
        }

        var cut = new Cut { Kind = CutKind.DisableAccount, Target = account };
        if (!Add(cut, "nothing new can be opened as it", isLatent: false) && estate.Find(account)?.State is null or NodeState.Active)
        {
            _uncut.Add(new($"account {_text.NameOf(account)} of {account.SystemName}", "no connector can disable it; disable it by hand"));
        }
    }

    /// <summary>Removes what the account was given directly, so that enabling it again gives nothing back.</summary>
    public void RemoveGrantsOf(NodeId account)
    {
        var given = estate.Graph.LinksFrom(account).Where(l =>
            l.Kind is LinkKind.MemberOf or LinkKind.Assumes or LinkKind.Reads or LinkKind.Permits or LinkKind.Eligible
            && (l.Validity.Until is not { } until || until > at));
        foreach (var link in given)
        {
            _ = Add(CutEffect.RemovalOf(link), "would come back if the account were enabled again", isLatent: true);
        }
    }

    /// <summary>Ends what may have been opened as the account since its sessions were listed.</summary>
    public void EndAllOf(NodeId account) =>
        _ = Add(
            new Cut { Kind = CutKind.EndSession, Target = account }, "ends what was opened since its sessions were listed",
                isLatent: false);

    public void LeaveShared(NodeId account) => _uncut.Add(new(
        $"account {_text.NameOf(account)} of {account.SystemName}",
        "it stands for other identities as well; give each its own, or rotate what opens it"));

    public void RevokeOrEnd(NodeId held)
    {
        if (estate.Find(held)?.State == NodeState.Ended)
        {
            // There is nothing left to revoke; what it made and left behind is seen to by itself.
            return;
        }

        var isSession = held.Kind == NodeKinds.Session;
        if (!isSession && !IsOfOwnAccounts(held) && _text.OthersUsing(held).Count > 0)
        {
            Rotate(held);
            return;
        }

        var cut = new Cut { Kind = isSession ? CutKind.EndSession : CutKind.RevokeCredential, Target = held };
        var isLatent = estate.Find(held)?.Find(NodeAttributes.Latent) == "true";
        var isClosed = estate.Graph.LinksFrom(held).All(l => new CutEffect(_cuts).Removes(l));
        if (!Add(cut, isSession ? "an open session outlives its account" : "works without its account's password", isLatent) && !isClosed)
        {
            LeaveHeld(held, "no connector can revoke it");
        }
    }

    /// <summary>Says of certificates that were signed and that no host's list of revoked keys takes up.</summary>
    public void LeaveCertificates(IEnumerable<NodeId> held, IReadOnlyCollection<Cut> made)
    {
        foreach (var signed in held.Select(estate.Find).OfType<Node>().Where(n =>
            n.Find(NodeAttributes.CredentialType) == "certificate" && !estate.Graph.LinksFrom(n.Id).Any()))
        {
            var serial = signed.Find("serialDecimal");
            if (serial is null || !_cuts.Concat(made).Any(c => c.Kind == CutKind.RevokeCredential
                && (estate.Find(c.Target)?.Find("serial") == serial || c.Target.RawKey.EndsWith($".{serial}", StringComparison.Ordinal))))
            {
                LeaveHeld(
                    signed.Id, "it cannot be called back where it was signed; hosts with a key revocation list refuse it once its serial is there");
            }
        }
    }

    /// <summary>A lease of which nobody says who holds it may be the subject's, if it could take one.</summary>
    public void LeaveUnheldLeases()
    {
        var leases = estate.NodesOf(NodeKinds.Credential)
            .Where(n => n.State == NodeState.Active && n.Find(NodeAttributes.CredentialType) == "lease" && n.Find(NodeAttributes.IssuedBy) is not null
                && !estate.Graph.LinksTo(n.Id).Any(l => l.Kind == LinkKind.Holds)).ToList();
        var could = leases.Count == 0 ? [] : estate.GraphAsIfActive.BlastRadius(subject, at, QueryLimits.Default, CancellationToken.None).Value
            .Select(a => a.Node.ToString()).ToHashSet();
        foreach (var lease in leases.Where(l => could.Contains(l.Find(NodeAttributes.IssuedBy)!)))
        {
            LeaveHeld(lease.Id, "nothing says who holds it, and it may be this one's: connect the vault's audit log, or revoke it by name");
        }
    }

    /// <summary>Says of accounts that outlived the lease that made them that the vault will not drop them.</summary>
    public void LeaveOutlived()
    {
        foreach (var issue in estate.Issues.Where(i => i.Kind == CorrelationIssueKind.OutlivedLease && ownAccounts.Contains(i.Subject)))
        {
            _uncut.Add(new(
                $"account {_text.NameOf(issue.Subject)} of {issue.Subject.SystemName}",
                "it outlived the lease that made it, and the vault will not drop it; it is disabled and its sessions are ended: drop it by hand")
            {
                Until = CasePlanner.InstantOf(estate.Find(issue.Subject), "validUntil"),
            });
        }
    }

    /// <summary>Sees to a credential whose value may be known: that of an own account dies with it, any other is replaced.</summary>
    public void ReplaceKnown(NodeId credential)
    {
        if (IsOfOwnAccounts(credential))
        {
            _ = Add(new Cut { Kind = CutKind.RevokeCredential, Target = credential }, "its value may be known", isLatent: true);
        }
        else
        {
            Rotate(credential);
        }
    }

    public void LeaveUnexplained(NodeId secret) => _uncut.Add(
        new(
            $"value of secret {_text.NameOf(secret)} of {secret.SystemName}",
            "it may be known, and nothing says what it opens; declare it or rotate it by hand")
        {
            IsKnowledge = true,
        });

    /// <summary>
    /// Takes a rotation of an earlier round as it is: not planned twice, and once made, only sessions that were opened before it are ended;
    /// one that came later has the new value.
    /// </summary>
    public void GoOnFrom(CaseStepView rotation)
    {
        var credential = rotation.Plan.Cut!.Target;
        _begun.Add(credential);
        if (rotation.State is not (StepState.Failed or StepState.Residual))
        {
            _cuts.Add(rotation.Plan.Cut);
        }

        foreach (var session in SessionsLike(credential).Where(s =>
            rotation.LastAcknowledgedAt is { } replacedAt && (CasePlanner.StartOf(estate.Find(s)) is not { } start || start <= replacedAt)))
        {
            EndOld(session);
        }
    }

    /// <summary>A new value must not be handed out through an answer that a cache still gives.</summary>
    public void WaitForCaches(IEnumerable<NodeId> secrets)
    {
        var reads = secrets.SelectMany(estate.Graph.LinksTo)
            .Where(l => l.Kind == LinkKind.Reads && l.Enforcement.Mode == EnforcementMode.Cached && l.Validity.HoldsAt(at));
        _steps.AddRange(reads.GroupBy(l => l.Source).Select(vault => StepText.Wait(vault.Key, vault.Max(l => l.Enforcement.CacheFor))));
    }

    /// <summary>Cuts what the steps so far leave reachable, by the cheapest links.</summary>
    public void CutWhatIsLeft()
    {
        foreach (var link in new CheapestCut(estate, systems, subject, at).Of(_cuts))
        {
            _ = Add(CutEffect.RemovalOf(link), "the cheapest link that cuts what is otherwise left", isLatent: false);
        }
    }

    /// <summary>Adds the one cut that was asked for by name; if it cannot be made, says so.</summary>
    public void AddAsked(Cut cut)
    {
        if (cut.Kind == CutKind.RotateCredential)
        {
            Rotate(cut.Target);
        }
        else if (!Add(cut, "asked for by name", isLatent: false))
        {
            _uncut.Add(new(_text.Say(cut), $"the connector of `{cut.SystemName}` cannot make this cut"));
        }
    }

    public CasePlan ToPlan(bool isWhole)
    {
        if (isWhole)
        {
            var rest = new PlainGraph(new CutEffect(_cuts).RestFrom(estate.Graph, subject, at), _ => NodeState.Active);
            _uncut.AddRange(rest.AccessOf(subject, at, QueryLimits.Default, CancellationToken.None).Value.Select(_text.Left));
        }

        var chains = estate.Graph.AccessOf(subject, at, QueryLimits.Default, CancellationToken.None).Value;
        PlannedStep[] steps = [.. _steps.OrderBy(s => s.Phase).Select((step, i) => step with { Index = i })];
        return new CasePlan
        {
            Subject = subject,
            SubjectName = _text.NameOf(subject),
            AsOf = at,
            Chains = chains,
            Steps = new AtlasReading(estate, systems, chains).Of(steps, steps),
            Uncut = _uncut,
            LeastCutSize = isWhole ? new CheapestCut(estate, systems, subject, at).SizeOver(_cuts) : _steps.Count,
            IncompleteSystems =
            [
                .. estate.Systems.Where(s => s.ObservedAt is null || s.LastError is not null || s.Gaps.Count > 0).Select(s => s.SystemName),
            ],
        };
    }

    private bool Add(Cut cut, string why, bool isLatent)
    {
        if (!systems.TryGetValue(cut.SystemName, out var system) || system.Find(cut) is not { } capability)
        {
            return false;
        }

        if (_cuts.Add(cut))
        {
            _steps.Add(_text.Step(cut, system, capability, why, isLatent));
        }

        return true;
    }

    private void LeaveHeld(NodeId held, string why) => _uncut.Add(new($"{held.Kind} {_text.NameOf(held)} of {held.SystemName}", why)
    {
        Until = CasePlanner.InstantOf(estate.Find(held), NodeAttributes.ExpiresAt),
    });

    /// <summary>Rotates a credential that others use too, everywhere it is kept; where that cannot be done, says why.</summary>
    private void Rotate(NodeId credential)
    {
        if (_begun.Contains(credential))
        {
            return;
        }

        var secrets = estate.Graph.LinksTo(credential)
            .Where(l => l.Kind == LinkKind.Contains && l.From.Kind == NodeKinds.Secret && l.Validity.HoldsAt(at))
            .Select(l => l.From).Distinct().Order().ToList();
        var closed = secrets.Find(s => systems.GetValueOrDefault(s.SystemName)?.StoresSecrets != true);
        var obstacle = systems.GetValueOrDefault(credential.SystemName)?.RotatesCredentials != true ? "no connector can replace it"
            : secrets.Count == 0 ? "no vault that we know keeps it, so that a new value could not reach those who use it"
            : closed is not null ? $"nothing can replace it in {closed.SystemName}, which keeps it too"
            : null;
        if (obstacle is not null)
        {
            var value = $"value of {_text.NameOf(credential)} of {credential.SystemName}";
            _uncut.Add(new(value, $"it may be known, and {obstacle}; rotate it by hand") { IsKnowledge = true });
            return;
        }

        var cut = new Cut { Kind = CutKind.RotateCredential, Target = credential };
        if (_cuts.Add(cut))
        {
            _steps.Add(_text.Rotation(cut, systems[credential.SystemName], secrets));
        }

        foreach (var session in SessionsLike(credential))
        {
            EndOld(session);
        }
    }

    /// <summary>Whoever of the others still may comes back with the new value.</summary>
    private void EndOld(NodeId session)
    {
        var cut = new Cut { Kind = CutKind.EndSession, Target = session };
        if (systems.GetValueOrDefault(cut.SystemName) is { } system && system.Find(cut) is { } capability && _cuts.Add(cut))
        {
            _steps.Add(_text.Step(cut, system, capability, "opened with the old value; nobody can say by whom", isLatent: false) with
            {
                Phase = CasePhase.EndOldSessions,
            });
        }
    }

    private IEnumerable<NodeId> SessionsLike(NodeId credential) => AccountsOf(credential).SelectMany(estate.Graph.LinksTo)
        .Where(l => l.Kind == LinkKind.AuthenticatesAs && l.From.Kind == NodeKinds.Session).Select(l => l.From).Distinct();

    private IEnumerable<NodeId> AccountsOf(NodeId credential) =>
        estate.Graph.LinksFrom(credential).Where(l => l.Kind == LinkKind.AuthenticatesAs).Select(l => l.To).Distinct();

    private bool IsOfOwnAccounts(NodeId credential) =>
        AccountsOf(credential).ToList() is { Count: > 0 } accounts && accounts.TrueForAll(ownAccounts.Contains);
}
