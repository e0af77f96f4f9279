using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.Keystone;

/// <summary>Asks again whether what was cut is still there.</summary>
internal sealed class KeystoneLooks(KeystoneApi api, KeystoneSessions sessions)
{
    private static readonly KeystoneJson Json = KeystoneJson.Default;
    private readonly KeystoneListings _listings = new(api);

    /// <summary>Looks; trouble of any kind is <see cref="LookOutcome.Unknown"/>.</summary>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        try
        {
            return KeystoneTarget.Of(cut) switch
            {
                KeystoneTarget.Account { EndSessions: true } account => await TokensAsync(account.UserId, cancellationToken),
                KeystoneTarget.Account account => await AccountAsync(account.UserId, cancellationToken),
                KeystoneTarget.Assignment assignment => await AssignmentAsync(assignment, cancellationToken),
                KeystoneTarget.Membership membership => await MembershipAsync(membership, cancellationToken),
                KeystoneTarget.Credential { Key: var key } => await CredentialAsync(key, cancellationToken),
                _ => new LookOutcome.Unknown(api.Errors.Unsupported($"Keystone cannot make this cut: `{cut}`")),
            };
        }
        catch (IncompleteObservationException broken)
        {
            return new LookOutcome.Unknown(broken.Error);
        }
    }

    private async Task<LookOutcome> AccountAsync(string userId, CancellationToken cancellationToken)
    {
        var reply = await sessions.ReadAsync(userId, cancellationToken);
        return reply switch
        {
            { Error: { } error } => new LookOutcome.Unknown(error),
            { Value: null } => new LookOutcome.Gone("GET /users: 404, the account no longer exists"),
            { Value.User.Enabled: false } => new LookOutcome.Gone("GET /users: enabled is false"),
            _ => new LookOutcome.StillThere("GET /users: enabled is true"),
        };
    }

    private async Task<LookOutcome> TokensAsync(string userId, CancellationToken cancellationToken)
    {
        if (await AccountAsync(userId, cancellationToken) is not LookOutcome.StillThere and var settled)
        {
            return settled;
        }

        if (!sessions.HasEnded(userId))
        {
            return new LookOutcome.StillThere("the account is enabled, and its tokens were not ended since Lockstep started");
        }

        var events = await _listings.ListAsync<EventsAnswer, RevocationEvent>(
            "OS-REVOKE/events", "revocation events", Json.EventsAnswer, cancellationToken);
        var latest = events.Items
            .Where(e => e is { AuditId: null, ProjectId: null } && e.UserId == userId)
            .Max(e => OpenStackTime.Find(e.IssuedBefore));
        return (latest, events.Gap) switch
        {
            ({ } at, _) => new LookOutcome.Gone(
                $"GET /OS-REVOKE/events: every token of the account issued before {at:yyyy-MM-ddTHH:mm:ssZ} is revoked"),
            (null, { } gap) => new LookOutcome.Unknown(gap),
            _ => new LookOutcome.StillThere("GET /OS-REVOKE/events lists no revocation of the account's tokens"),
        };
    }

    private async Task<LookOutcome> AssignmentAsync(KeystoneTarget.Assignment assignment, CancellationToken cancellationToken)
    {
        var holder = assignment.Holders == "users" ? "user" : "group";
        var listing = await _listings.ListAsync<AssignmentsAnswer, RoleAssignment>(
            $"role_assignments?{holder}.id={Uri.EscapeDataString(assignment.HolderId)}", "role assignments",
            Json.AssignmentsAnswer, cancellationToken);
        return Judge(
            listing.Gap,
            listing.Items.Any(a => KeystoneRoleKey.Of(a) == assignment.Role),
            $"{listing.Items.Count} assignments of the {holder}");
    }

    private async Task<LookOutcome> MembershipAsync(KeystoneTarget.Membership membership, CancellationToken cancellationToken)
    {
        var listing = await _listings.ListAsync<UsersAnswer, User>(
            $"groups/{Uri.EscapeDataString(membership.GroupId)}/users", "members of a group", Json.UsersAnswer, cancellationToken);
        return Judge(listing.Gap, listing.Items.Any(u => u.Id == membership.UserId), $"{listing.Items.Count} members of the group");
    }

    private Task<LookOutcome> CredentialAsync(KeystoneCredentialKey key, CancellationToken cancellationToken) => key.Kind switch
    {
        KeystoneCredentialKey.App => ListedAsync<ApplicationCredentialsAnswer, ApplicationCredential>(
            $"users/{Uri.EscapeDataString(key.UserId)}/application_credentials", Json.ApplicationCredentialsAnswer,
            c => c.Id == key.Id, cancellationToken),
        KeystoneCredentialKey.Trust => ListedAsync<TrustsAnswer, Trust>(
            "OS-TRUST/trusts", Json.TrustsAnswer, t => t.Id == key.Id, cancellationToken),
        _ => ListedAsync<CredentialsAnswer, StoredCredential>(
            "credentials", Json.CredentialsAnswer, c => c.Id == key.Id, cancellationToken),
    };

    private async Task<LookOutcome> ListedAsync<TAnswer, T>(
        string path,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<TAnswer> shape,
        Func<T, bool> isIt,
        CancellationToken cancellationToken)
        where TAnswer : class, IListing<T>
    {
        var listing = await _listings.ListAsync<TAnswer, T>(path, "credentials", shape, cancellationToken);
        return Judge(listing.Gap, listing.Items.Any(isIt), $"GET /{path}: {listing.Items.Count} listed");
    }

    private static LookOutcome Judge(ConnectorError? gap, bool isThere, string evidence) => (gap, isThere) switch
    {
        (_, true) => new LookOutcome.StillThere($"{evidence}, it among them"),
        ({ } unseen, _) => new LookOutcome.Unknown(unseen),
        _ => new LookOutcome.Gone($"{evidence}, it not among them"),
    };
}
