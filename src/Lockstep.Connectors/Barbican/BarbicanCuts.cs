using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Barbican;

/// <summary>Makes the cuts, looks again and probes.</summary>
internal sealed class BarbicanCuts(BarbicanApi api, BarbicanValues values, BarbicanSettings settings)
{
    /// <summary>Gets what can be cut.</summary>
    public IReadOnlyList<CutCapability> All { get; } =
    [
        new(
            CutKind.RemoveLink, NodeKinds.Account, LinkKind.Reads, ProofKind.Listing, Enforcement.Online,
            "takes the user off the secret's ACL, from the next request on; who has read the value knows it until it is rotated"),
        .. settings.MayCloseProjectAccess
            ?
            [
                new CutCapability(
                    CutKind.RemoveLink, NodeKinds.Role, LinkKind.Reads, ProofKind.Listing, Enforcement.Online,
                    "closes the secret to every role of the project but admin, and to all who hold them"),
            ]
            : Array.Empty<CutCapability>(),
        new(
            CutKind.RevokeCredential, NodeKinds.Secret, null, ProofKind.Probe, Enforcement.Online,
            "deletes the secret for everybody; who has read the value knows it until it is rotated where it is accepted"),
    ];

    /// <summary>Makes one cut.</summary>
    public async Task<CutOutcome> CutAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (Of(cut) is not var (secretId, holder))
        {
            return new CutOutcome.Failed(api.Errors.Unsupported($"Barbican cannot make this cut: `{cut}`"));
        }

        var project = await api.ProjectOfAsync(secretId, cancellationToken);
        return project switch
        {
            { Error: { } error } => new CutOutcome.Failed(error),
            { Value: null } => new CutOutcome.Acknowledged("GET /v1/secrets: 404, the secret no longer exists"),
            { Value: { } home } when holder is null => Told(
                await values.DeleteAsync(home, secretId, cancellationToken), $"DELETE /v1/secrets/{secretId}"),
            { Value: { } home } => await CloseAsync(home, secretId, holder, cancellationToken),
        };
    }

    /// <summary>Looks whether it is still there.</summary>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (Of(cut) is not var (secretId, holder))
        {
            return new LookOutcome.Unknown(api.Errors.Unsupported($"Barbican cannot make this cut: `{cut}`"));
        }

        var project = await api.ProjectOfAsync(secretId, cancellationToken);
        if (project.Value is not { } home)
        {
            return project.Error is { } error ? new LookOutcome.Unknown(error) : Gone();
        }

        if (holder is null)
        {
            var secret = await api.SecretAsync(home, secretId, cancellationToken);
            return secret switch
            {
                { Error: { } error } => new LookOutcome.Unknown(error),
                { Value: null } => Gone(),
                _ => new LookOutcome.StillThere("GET /v1/secrets: 200"),
            };
        }

        var acl = await AclAsync(home, secretId, cancellationToken);
        return acl switch
        {
            { Error: { } error } => new LookOutcome.Unknown(error),
            { Value: null } => Gone(),
            { Value: { } answer } when Names(answer.Read ?? new(), holder) =>
                new LookOutcome.StillThere($"the ACL lets it read: {Say(answer.Read)}"),
            { Value: { } answer } => new LookOutcome.Gone($"the ACL no longer lets it read: {Say(answer.Read)}"),
        };

        static LookOutcome Gone() => new LookOutcome.Gone("GET /v1/secrets: 404, the secret no longer exists");
    }

    /// <summary>Tries a deleted secret with our own token.</summary>
    public async Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (Of(cut) is not (var secretId, null))
        {
            return new ProbeOutcome.NotProbeable("only the holder's own token could be tried, and only the holder has it");
        }

        var project = await api.ProjectOfAsync(secretId, cancellationToken);
        if (project.Value is not { } home)
        {
            return project.Error is { } unknown ? new ProbeOutcome.Unknown(unknown) : new ProbeOutcome.Refused("GET /v1/secrets: 404");
        }

        // The description, not the value: a probe must not carry a secret. Both are answered 404 once it is deleted.
        var payload = await api.SecretAsync(home, secretId, cancellationToken);
        return payload switch
        {
            { Error: { } error } => new ProbeOutcome.Unknown(error),
            { Value: null } => new ProbeOutcome.Refused("GET /v1/secrets: 404"),
            _ => new ProbeOutcome.Works("GET /v1/secrets: 200", OpenStackTime.Find(payload.Value.Expiration)),
        };
    }

    private static CutOutcome Told(Reply<bool> reply, string what) => reply switch
    {
        { Error: { } error } => new CutOutcome.Failed(error),
        { IsAbsent: true } => new CutOutcome.Acknowledged($"{what}: 404, it was gone already"),
        _ => new CutOutcome.Acknowledged($"{what}: {(int)reply.Status}"),
    };

    /// <summary>Reads a cut: which secret, and whose reading; <see langword="null"/> for a cut that is not ours.</summary>
    private (string SecretId, NodeId? Holder)? Of(Cut cut) => cut switch
    {
        { Kind: CutKind.RevokeCredential, Target.Kind: NodeKinds.Secret } => (cut.Target.RawKey, null),
        { Kind: CutKind.RemoveLink, Link: { Kind: LinkKind.Reads, From.Kind: NodeKinds.Account } link } => (link.To.RawKey, link.From),
        { Kind: CutKind.RemoveLink, Link: { Kind: LinkKind.Reads, From.Kind: NodeKinds.Role } link } when settings.MayCloseProjectAccess =>
            (link.To.RawKey, link.From),
        _ => null,
    };

    private Task<Reply<AclAnswer>> AclAsync(BarbicanProject project, string secretId, CancellationToken cancellationToken) => api.GetAsync(
        project, $"secrets/{Uri.EscapeDataString(secretId)}/acl", "read a secret's ACL", BarbicanJson.Default.AclAnswer, cancellationToken);

    private async Task<CutOutcome> CloseAsync(
        BarbicanProject project, string secretId, NodeId holder, CancellationToken cancellationToken)
    {
        var acl = await AclAsync(project, secretId, cancellationToken);
        if (acl.Error is { } error)
        {
            return new CutOutcome.Failed(error);
        }

        var rule = acl.Value?.Read ?? new AccessRule();
        if (acl.IsAbsent || !Names(rule, holder))
        {
            return new CutOutcome.Acknowledged("the ACL does not name it: it was gone already");
        }

        var closed = holder.Kind is NodeKinds.Account
            ? rule with { Users = [.. (rule.Users ?? []).Where(user => user != holder.RawKey)] }
            : rule with { ProjectAccess = false };

        // An empty list with project-access true is as good as no ACL; with false it must stay, since no ACL would open the secret again.
        return Told(await BarbicanAcl.PutAsync(api, project, secretId, closed, cancellationToken), $"PUT /v1/secrets/{secretId}/acl");
    }

    private static bool Names(AccessRule rule, NodeId holder) =>
        holder.Kind is NodeKinds.Account ? rule.Users?.Contains(holder.RawKey) ?? false : rule.ProjectAccess;

    private static string Say(AccessRule? rule) =>
        $"project-access {((rule?.ProjectAccess ?? true) ? "true" : "false")}, {rule?.Users?.Count ?? 0} users";
}
