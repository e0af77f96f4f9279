using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>Makes the cuts.</summary>
internal sealed class KeystoneCuts(KeystoneApi api, KeystoneSessions sessions)
{
    private const string Tokens =
        "a service that caches Keystone's answers serves an old token on until its cache ends; the account's application credentials, "
        + "EC2 credentials and trusts stay and work again when it is enabled again, unless they are cut as well";

    private const string Regrant =
        "a token that carried the role is refused while the role is gone, and works again if it is granted again: end the sessions too; "
        + "application credentials with the role stay, latent";

    private const string Leaving = "ends every token of the member";

    private const string Credential =
        "without the holder's secret it cannot be tried; a token made from an EC2 credential lives until it expires; what an "
        + "unrestricted application credential made is a credential of its own";

    private const string Sessions =
        "tokens cannot be listed: Keystone's revocation event is the proof; a service that caches tokens serves them until its cache ends";

    /// <summary>Gets what can be cut.</summary>
    public static IReadOnlyList<CutCapability> All { get; } =
    [
        new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Probe, Enforcement.Online, Tokens),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.Assumes, ProofKind.Listing, Enforcement.Online, Regrant),
        new(CutKind.RemoveLink, NodeKinds.Group, LinkKind.Assumes, ProofKind.Listing, Enforcement.Online, Regrant),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.MemberOf, ProofKind.Listing, Enforcement.Online, Leaving),
        new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Online, Credential),
        new(CutKind.EndSession, NodeKinds.Account, null, ProofKind.Listing, Enforcement.Online, Sessions),
    ];

    /// <summary>Makes one cut.</summary>
    public Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken) => KeystoneTarget.Of(cut) switch
    {
        KeystoneTarget.Account { EndSessions: true } account => sessions.EndAsync(account.UserId, key, cancellationToken),
        KeystoneTarget.Account account => DisableAsync(account.UserId, cancellationToken),
        KeystoneTarget.Assignment a => DeleteAsync(
            a.Role.AssignmentPath(a.Holders, a.HolderId), "remove a role assignment", cancellationToken),
        KeystoneTarget.Membership m => DeleteAsync(
            $"groups/{Uri.EscapeDataString(m.GroupId)}/users/{Uri.EscapeDataString(m.UserId)}", "remove a member", cancellationToken),
        KeystoneTarget.Credential credential => DeleteAsync(credential.Key.Path, "delete a credential", cancellationToken),
        _ => Task.FromResult<CutOutcome>(new CutOutcome.Failed(api.Errors.Unsupported($"Keystone cannot make this cut: `{cut}`"))),
    };

    private async Task<CutOutcome> DeleteAsync(string path, string what, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(() => OpenStackCall.Delete(path, what), cancellationToken);
        return reply switch
        {
            { Error: { } error } => new CutOutcome.Failed(error),
            { IsAbsent: true } => new CutOutcome.Acknowledged($"DELETE /{path}: 404, it was gone already"),
            _ => new CutOutcome.Acknowledged($"DELETE /{path}: {(int)reply.Status}"),
        };
    }

    private async Task<CutOutcome> DisableAsync(string userId, CancellationToken cancellationToken)
    {
        var disabled = await sessions.SetEnabledAsync(userId, isEnabled: false, cancellationToken);
        if (disabled.Error is { } error)
        {
            return new CutOutcome.Failed(error);
        }

        if (disabled.IsAbsent)
        {
            return new CutOutcome.Acknowledged("PATCH /users: 404, the account no longer exists");
        }

        // Apart from the first, since a user of a read-only directory can be disabled here but has no password to set.
        using var password = Lockstep.Secrets.SecretText.Generate();
        var replaced = await sessions.SetPasswordAsync(userId, password, cancellationToken);
        return replaced.Error switch
        {
            null => new CutOutcome.Acknowledged("PATCH /users enabled=false: 200; PATCH password to a random value that nobody keeps: 200"),
            { Kind: ConnectorErrorKind.Malformed or ConnectorErrorKind.Forbidden } refused =>
                new CutOutcome.Acknowledged($"PATCH /users enabled=false: 200; its password could not be replaced: {refused.Detail}"),
            { } failed => new CutOutcome.Failed(failed),
        };
    }
}
