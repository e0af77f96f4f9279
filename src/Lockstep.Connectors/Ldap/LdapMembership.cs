using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>Takes one member out of one group, and looks whether it is out.</summary>
internal sealed class LdapMembership(LdapReader reader)
{
    public async Task<CutOutcome> RemoveAsync(LdapChannel channel, LinkKey link, LdapAnswer.Entry member, CancellationToken cancellation)
    {
        if (link.Kind != LinkKind.MemberOf || EntryFacts.Uuid(link.To) is not { } groupKey)
        {
            return new CutOutcome.Failed(LdapErrors.Unsupported($"`{link}` is not a membership of this directory"));
        }

        if (await reader.FindAsync(channel, groupKey, cancellation) is not { } group)
        {
            return new CutOutcome.Acknowledged($"a complete search finds no group with the key {groupKey}");
        }

        var values = Values(group, member);
        if (values.Count == 0)
        {
            return IsPrimary(group, member)
                ? new CutOutcome.Failed(LdapErrors.Unsupported($"`{group.Dn}` is the primary group of `{member.Dn}`; give it another one"))
                : new CutOutcome.Acknowledged($"`{group.Dn}` does not name `{member.Dn}`");
        }

        await DeleteAsync(channel, group, values, cancellation);
        return new CutOutcome.Acknowledged(
            $"`{member.Dn}` was removed from `{group.Dn}` ({string.Join(", ", values.Select(v => v.Attribute).Distinct())})");
    }

    public async Task<LookOutcome> LookAsync(LdapChannel channel, LinkKey link, LdapAnswer.Entry? member, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(link.To) is not { } groupKey)
        {
            return new LookOutcome.Unknown(LdapErrors.Unsupported($"`{link}` is not a membership of this directory"));
        }

        var group = await reader.FindAsync(channel, groupKey, cancellation);
        if (group is null || member is null)
        {
            return new LookOutcome.Gone($"a complete search finds no {(group is null ? "group" : "member")} with that key");
        }

        if (MustHaveMembers(group) && !EntryNames.MemberAttributes.Any(group.Attributes.ContainsKey))
        {
            return new LookOutcome.Unknown(LdapErrors.Absent($"the members of `{group.Dn}` are hidden from us"));
        }

        return Values(group, member).Count > 0 || IsPrimary(group, member)
            ? new LookOutcome.StillThere($"`{group.Dn}` still has `{member.Dn}`")
            : new LookOutcome.Gone($"`{group.Dn}` was read whole and does not name `{member.Dn}`");
    }

    /// <summary>
    /// Deletes the values; a group that must have a member gets the empty name in the same request, as its schema allows.
    /// </summary>
    private static async Task DeleteAsync(
        LdapChannel channel, LdapAnswer.Entry group, IReadOnlyList<(string Attribute, string Value)> values, CancellationToken cancellation)
    {
        var deletions = values.GroupBy(v => v.Attribute)
            .Select(g => LdapChange.Of(LdapChangeKind.Delete, g.Key, [.. g.Select(v => v.Value)])).ToList();
        try
        {
            await channel.CallAsync(LdapEncoding.Modify(group.Dn, deletions), cancellation);
        }
        catch (LdapRefusalException refusal) when (refusal.Code == LdapCodes.ObjectClassViolation)
        {
            var emptied = values.Select(v => v.Attribute).Distinct(StringComparer.Ordinal).Where(a => a != "memberuid");
            await channel.CallAsync(
                LdapEncoding.Modify(group.Dn, [.. emptied.Select(a => LdapChange.Of(LdapChangeKind.Add, a, string.Empty)), .. deletions]),
                    cancellation);
        }
        catch (LdapRefusalException refusal) when (refusal.Code == LdapCodes.NoSuchAttribute)
        {
            // Somebody else removed it between our look and our request: what was asked for is so.
        }
    }

    private static List<(string Attribute, string Value)> Values(LdapAnswer.Entry group, LdapAnswer.Entry member)
    {
        var dn = DistinguishedName.Canonical(member.Dn);
        var byName = EntryNames.MemberAttributes.SelectMany(attribute => group.Texts(attribute).Select(value => (attribute, value)))
            .Where(v => v.value.Length > 0 && DistinguishedName.Canonical(EntryNames.WithoutUniqueId(v.value)) == dn);
        var uids = member.Texts("uid").ToHashSet(StringComparer.Ordinal);
        return [.. byName, .. group.Texts("memberuid").Where(uids.Contains).Select(uid => ("memberuid", uid))];
    }

    private static bool IsPrimary(LdapAnswer.Entry group, LdapAnswer.Entry member) =>
        group.Text("gidnumber") is { } gid && member.Text("gidnumber") == gid
        && group.Texts("objectclass").Contains("posixGroup", StringComparer.OrdinalIgnoreCase);

    private static bool MustHaveMembers(LdapAnswer.Entry group) =>
        group.Texts("objectclass").Any(c => c.Equals("groupOfNames", StringComparison.OrdinalIgnoreCase)
            || c.Equals("groupOfUniqueNames", StringComparison.OrdinalIgnoreCase));
}
