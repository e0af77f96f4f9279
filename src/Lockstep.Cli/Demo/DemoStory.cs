using Lockstep.Ask.Verbs;
using Lockstep.Client;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Seed;

namespace Lockstep.Cli.Demo;

/// <summary>The story in six parts. Every statement is a live result; a statement that does not hold is counted.</summary>
internal sealed class DemoStory(DemoStage stage, LabAdversary adversary, Narrator say, string outputFolder, TimeProvider time)
{
    private const string Leaver = "dana";
    private readonly LockstepClient _client = stage.Client;

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await EstateAsync(cancellationToken);
        await ChainsAsync(cancellationToken);
        await DisabledAloneAsync(cancellationToken);
        var closed = await OffboardAsync(cancellationToken);
        await AdversaryAgreesAsync(closed, cancellationToken);
        await CertificateAsync(closed, cancellationToken);
    }

    private async Task EstateAsync(CancellationToken cancellationToken)
    {
        say.Part(1, "The estate");
        var observed = await _client.ObserveAsync(new ObserveRequest(), cancellationToken);
        var estate = await _client.SystemsAsync(asOf: null, cancellationToken);
        say.Table(
            ["system", "kind", "facts", "fresh as of", "coverage"],
            [.. estate.Systems.Select(
                s => (IReadOnlyList<string>)[s.Name, s.Kind, $"{s.FactCount}", $"{s.ObservedAt:HH:mm:ss}", Coverage(s)])]);
        var c = estate.Counts;
        say.Say($"   {c.Identities} identities, {c.Accounts} accounts, {c.Groups} groups, {c.Secrets} secrets, "
            + $"{c.Credentials} credentials, {c.Sessions} sessions, {c.Links} links");
        say.Claim(observed.Systems.All(s => s.IsComplete), $"all {observed.Systems.Count} systems were listed completely");
        say.Claim(c.Identities >= AcmeCompany.People.Count,
            $"everybody in the directory ({AcmeCompany.People.Count} people) is an identity");
    }

    private static string Coverage(SystemView system) => system.Error is { } error
        ? $"incomplete: {error.Detail}"
        : system.Gaps.Count == 0 ? "complete" : $"without {string.Join(", ", system.Gaps.Select(g => g.Scope).Take(3))}";

    private async Task ChainsAsync(CancellationToken cancellationToken)
    {
        say.Part(2, "What Dana can do, and by which chain");
        var access = (await _client.AccessAsync(Leaver, asOf: null, cancellationToken)).Access;
        var payments = access.Chains.FirstOrDefault(
            c => c.Action == "SELECT" && c.Resource.Name.EndsWith("payments", StringComparison.Ordinal));
        say.Claim(payments is not null, $"{access.Chains.Count} things she can do, among them SELECT on the payments table");
        if (payments is null)
        {
            return;
        }

        var all = (await _client.ExplainAsync(Leaver, "SELECT", payments.Resource.Id, asOf: null, cancellationToken)).Access.Chains;
        Show(all, "directory -> cloud user -> role -> secret -> database password -> SELECT",
            c => Has(c, "reads", "contains", "authenticatesAs") && c.Links.Any(l => l.To.Name == "payments_app")
                && !ThroughApplicationCredential(c));
        Show(all, "a Keystone application credential, which needs no password of hers",
            c => ThroughApplicationCredential(c) && c.Links.Any(l => l.To.Name == "payments_app"));
        Show(all, "an open PostgreSQL session", c => c.Links.Any(l => l.To.Kind == "session"));
    }

    private static bool ThroughApplicationCredential(AccessChain chain) =>
        chain.Links.Any(l => l.Kind == "holds" && l.To is { Kind: "credential", System: "keystone" });

    private static bool Has(AccessChain chain, params string[] kinds) => kinds.All(k => chain.Links.Any(l => l.Kind == k));

    private void Show(IReadOnlyList<AccessChain> chains, string what, Func<AccessChain, bool> isIt)
    {
        var chain = chains.FirstOrDefault(isIt);
        say.Claim(chain is not null, what);
        foreach (var link in chain?.Links ?? [])
        {
            say.Say($"      {say.Paint("2", $"{link.Plane,-8}")} {link.From.Name} "
                + $"--{link.Kind}{(link.Action is null ? "" : $" {link.Action}")}--> "
                + $"{link.To.Name} {say.Paint("2", $"({link.To.Kind} in {link.To.System}; {link.Enforcement})")}");
        }
    }

    private async Task DisabledAloneAsync(CancellationToken cancellationToken)
    {
        say.Part(3, "Dana leaves, and is disabled in the directory alone");
        await stage.Lab.OpenLdap!.ModifyAsync(
            $"dn: {AcmeCompany.Person(Leaver).Dn}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: "
                + $"000001010000Z\n",
            cancellationToken);
        var tried = await adversary.TryEverythingAsync();
        Print(tried);
        say.Claim(tried.Any(a => a is { System: "openldap", Verdict: AdversaryVerdict.Refused }), "the directory refuses her");
        var works = tried.Count(a => a.Verdict == AdversaryVerdict.Works);
        say.Claim(works > 0, $"{works} of {tried.Count} ways in still work");
        await _client.ObserveAsync(new ObserveRequest(), cancellationToken);
        var residual = await _client.ResidualAsync(Leaver, asOf: null, cancellationToken);
        foreach (var access in residual.Residual.Take(8))
        {
            say.Say($"      residual: {access.Chain.Action} on {access.Chain.Resource.Name} ({access.Chain.Resource.System}), until "
                + $"{access.Chain.DenialBound}");
        }

        say.Claim(residual.Residual.Count > 0, $"Lockstep lists {residual.Residual.Count} residual accesses of a person who has left");
    }

    private void Print(IReadOnlyList<AdversaryAttempt> attempts) => say.Table(
        ["the adversary tries", "along", "verdict"],
        [.. attempts.Select(a => (IReadOnlyList<string>)[a.Name, a.Chain, $"{a.Verdict}".ToLowerInvariant()])]);

    private async Task<CaseDetail> OffboardAsync(CancellationToken cancellationToken)
    {
        say.Part(4, "offboard dana");
        var plan = await _client.PlanAsync(new OpenCase(Leaver, "leaves Acme"), cancellationToken);
        say.Say($"   the plan: {plan.Steps.Count} steps; the least cut needs {plan.LeastCutSize} links");
        foreach (var step in plan.Steps)
        {
            var shared = step.AlsoUsedBy.Count == 0 ? "" : $" (also used by {string.Join(", ", step.AlsoUsedBy)})";
            say.Say($"      {step.Index,2}. {step.System}: {step.What}{shared}");
        }

        say.Claim(plan.Steps.Any(s => s.Kind == "rotateCredential" && s.AlsoUsedBy.Count > 0),
            "a credential that others use is rotated, not deleted, and the plan names them");
        var opened = await _client.OpenCaseAsync(new OpenCase(Leaver, "leaves Acme", "offboarding"), cancellationToken);
        var last = new Dictionary<int, string>();
        var detail = opened;
        await foreach (var now in _client.WatchCaseAsync(opened.Case.Id, cancellationToken))
        {
            detail = now;
            foreach (var step in now.Steps.Where(s => last.GetValueOrDefault(s.Plan.Index) != s.State))
            {
                last[step.Plan.Index] = step.State;
                if (step.State is not ("pending" or "sent"))
                {
                    say.Progress($"{step.Plan.Index,2}. {step.State}: {step.Plan.What}");
                }
            }
        }

        say.Say($"   outcome: {detail.Case.State}: {detail.Summary}");
        foreach (var step in detail.Steps)
        {
            say.Say($"      {step.Plan.Index,2}. {step.State,-9} {step.Plan.System}: "
                + $"{step.Evidence.LastOrDefault() ?? step.Error?.Detail}");
        }

        foreach (var left in detail.Uncut)
        {
            var until = left.Until is { } end ? $"until {end:u}" : "until somebody acts";
            say.Say($"      left {until}: {left.Chain}: {left.Why}");
        }

        say.Claim(detail.Steps.All(s => s.State is "verified" or "residual"), "every step is verified, or residual with a clock");
        say.Claim(detail.ChainsLeft == 0, "no chain is left in complete listings of all systems");
        say.Claim(
            (detail.Case.State == "verified") == (detail.Uncut.Count == 0 && detail.Steps.All(s => s.State == "verified")),
            $"the case says {detail.Case.State}, and names each of the {detail.Uncut.Count} things that it cannot cut");
        return detail;
    }

    private async Task AdversaryAgreesAsync(CaseDetail closed, CancellationToken cancellationToken)
    {
        say.Part(5, "The adversary tries everything again");
        var before = stage.Payments.Status!.Written;
        var tried = await adversary.TryEverythingAsync();
        Print(tried);
        var open = tried.Where(a => a.Verdict != AdversaryVerdict.Refused).ToList();
        foreach (var door in open)
        {
            say.Say($"      `{door.Name}`: {(IsNamed(closed, door) ? "as the case says" : "the case does not know of it")}");
        }

        say.Claim(open.TrueForAll(a => IsNamed(closed, a)), open.Count == 0
            ? $"all {tried.Count} ways in are refused by the systems themselves"
            : $"{tried.Count - open.Count} of {tried.Count} ways in are refused by the systems themselves, and the others the case names as left");
        await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        var status = stage.Payments.Status!;
        say.Claim(
            status.Written > before && status.SecretReads > 1,
            $"the payments service kept working across the rotation: {status.Written} payments, longest pause {status.LongestGap} ms, "
            + $"{status.SecretReads} readings of the secret");
        say.Claim(closed.Steps.Any(s => s.Plan.Kind == "rotateCredential" && s.ProvenBy == "probe"),
            "the old database password is proven refused");
    }

    /// <summary>Whether the case says of a way in's own system that something is left there.</summary>
    private static bool IsNamed(CaseDetail closed, AdversaryAttempt attempt) =>
        closed.Steps.Any(s => s.State == "residual" && s.Plan.System == attempt.System && (s.Until is null || s.Until > attempt.At))
        || closed.Uncut.Any(u => u.Chain.Contains(attempt.System, StringComparison.Ordinal) && (u.Until is null || u.Until > attempt.At));

    private async Task CertificateAsync(CaseDetail closed, CancellationToken cancellationToken)
    {
        say.Part(6, "The certificate");
        Directory.CreateDirectory(outputFolder);
        var file = Path.Combine(outputFolder, "certificate.json");
        var bytes = await _client.CertificateAsync(closed.Case.Id, cancellationToken);
        await File.WriteAllBytesAsync(file, bytes, cancellationToken);
        var last = closed.Steps.Max(s => s.ProvenAt);
        foreach (var step in closed.Steps)
        {
            say.Say($"      {step.Plan.Index,2}. requested {step.RequestedAt:HH:mm:ss.fff}, acknowledged "
                + $"{step.AcknowledgedAt:HH:mm:ss.fff}, "
                + $"observed {step.ObservedAt:HH:mm:ss.fff}, proven {step.ProvenAt:HH:mm:ss.fff}  {step.Plan.What}");
        }

        say.Say($"   from the cause to the last proof: {(last - closed.Case.OpenedAt)?.TotalSeconds:0.0} s");
        var outcome = Revocation.CertificateVerifier.Verify(bytes, expectedVkey: null);
        say.Claim(outcome is Revocation.CertificateOutcome.Holds, $"the certificate verifies offline ({bytes.Length} bytes)");
        CertificateFiles.Extract(bytes, Path.Combine(outputFolder, "proofs"));
        await LedgerVerb.ExportAsync(_client, Path.Combine(outputFolder, "ledger"), cancellationToken);
        var checkpoint = await _client.CheckpointAsync(cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(outputFolder, "vkey"), checkpoint.VerifierKey, cancellationToken);
        say.Claim(
            outcome is Revocation.CertificateOutcome.Holds holds
                && holds.Vkey == checkpoint.VerifierKey, $"its key is the ledger's: {checkpoint.VerifierKey}");
        say.Say($"   verify it yourself:  ./lockstep verify {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
    }
}
