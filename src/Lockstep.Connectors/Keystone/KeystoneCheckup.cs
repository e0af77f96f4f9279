namespace Lockstep.Connectors.Keystone;

/// <summary>Finds out what our rights allow, by asking for one of each.</summary>
internal sealed class KeystoneCheckup(KeystoneApi api)
{
    private static readonly KeystoneJson Json = KeystoneJson.Default;

    /// <summary>Looks.</summary>
    public async Task<Checkup> CheckAsync(CancellationToken cancellationToken)
    {
        var token = await api.OwnTokenAsync(cancellationToken);
        if (token.Error is { } refused)
        {
            return new(false, null, [new(true, $"{refused.Code}: {refused.Detail}")]);
        }

        var version = await api.GetAsync("", "read the version", Json.VersionAnswer, cancellationToken);
        var listings = new KeystoneListings(api);
        var notes = new List<CheckupNote>();
        try
        {
            Note(await listings.ListAsync<DomainsAnswer, Domain>("domains", "domains", Json.DomainsAnswer, cancellationToken), "domains");
            Note(await listings.ListAsync<RolesAnswer, Role>("roles", "roles", Json.RolesAnswer, cancellationToken), "roles");
            Note(await listings.ListAsync<UsersAnswer, User>("users", "users", Json.UsersAnswer, cancellationToken), "users");
            Note(
                await listings.ListAsync<AssignmentsAnswer, RoleAssignment>(
                    "role_assignments", "role assignments", Json.AssignmentsAnswer, cancellationToken),
                "role assignments");
            Note(
                await listings.ListAsync<TrustsAnswer, Trust>("OS-TRUST/trusts", "trusts", Json.TrustsAnswer, cancellationToken),
                "trusts");
            Note(
                await listings.ListAsync<EventsAnswer, RevocationEvent>(
                    "OS-REVOKE/events", "revocation events", Json.EventsAnswer, cancellationToken),
                "revocation events (proof that an account's tokens were ended)");
        }
        catch (IncompleteObservationException broken)
        {
            notes.Add(new(true, $"{broken.Error.Code}: {broken.Error.Detail}"));
        }

        return new(true, version.Value?.Version.Id, notes);

        void Note<T>(Listing<T> listing, string what) => notes.Add(listing.Gap is { } gap
            ? new(true, $"cannot list all {what}: {gap.Detail}; a role `admin` on the system can")
            : new(false, $"lists {what}"));
    }
}
