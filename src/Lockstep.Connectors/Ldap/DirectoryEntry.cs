using System.Collections.Frozen;
using Lockstep.Connectors.Ldap.Wire;

namespace Lockstep.Connectors.Ldap;

/// <summary>What an entry is to the graph.</summary>
internal enum EntryKind
{
    Human,
    Service,
    Group,
}

/// <summary>One entry, reduced to what the graph needs. Holds no password value, only whether there is one.</summary>
internal sealed record DirectoryEntry
{
    /// <summary>The object classes that make an entry an account or a group.</summary>
    public static readonly string[] Classes =
    [
        "person", "account", "posixAccount", "applicationProcess", "simpleSecurityObject",
        "groupOfNames", "groupOfUniqueNames", "posixGroup", "group", "organizationalRole",
    ];

    private static readonly FrozenSet<string> Groups =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "groupOfNames", "groupOfUniqueNames", "posixGroup", "group",
            "organizationalRole");

    private static readonly FrozenSet<string> Services =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "account", "applicationProcess", "simpleSecurityObject");

    private static readonly FrozenSet<string> Persons =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "person", "organizationalPerson", "inetOrgPerson");

    public required Guid Uuid { get; init; }

    public required string Dn { get; init; }

    public required EntryKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>The lock as the entry has it; whether it is enforced is for <see cref="LockPolicy"/> to say.</summary>
    public required EntryLock Lock { get; init; }

    /// <summary>The policy that the entry names for itself, canonical.</summary>
    public required string? Policy { get; init; }

    public required bool HasPassword { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Members by name (canonical), for groups.</summary>
    public required IReadOnlyList<string> MemberDns { get; init; }

    /// <summary>Members by uid, for posix groups.</summary>
    public required IReadOnlyList<string> MemberUids { get; init; }

    /// <summary>Those who answer for this entry, by name (canonical).</summary>
    public required IReadOnlyList<string> OwnerDns { get; init; }

    /// <summary>The posix group number: an account's primary group, or the group's own.</summary>
    public required string? GidNumber { get; init; }

    public bool IsGroup => Kind == EntryKind.Group;

    /// <summary>
    /// Reads an entry that was searched for by <see cref="Classes"/>, or <see langword="null"/> if it has no immutable key.
    /// </summary>
    /// <remarks>
    /// An entry need not list its superior classes (a filter finds it by them all the same), and so the filter is not repeated here.
    /// </remarks>
    public static DirectoryEntry? Of(LdapAnswer.Entry entry, IReadOnlyList<string> serviceBases)
    {
        var classes = entry.Texts("objectclass").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var uuid = EntryNames.Uuid(entry);
        if (uuid is null)
        {
            return null;
        }

        var dn = DistinguishedName.Canonical(entry.Dn);
        return new()
        {
            Uuid = uuid.Value,
            Dn = dn,
            Kind = KindOf(classes, dn, serviceBases),
            Name = EntryNames.Name(entry),
            Lock = EntryLocks.Of(entry),
            Policy = entry.Text("pwdpolicysubentry") is { } policy ? DistinguishedName.Canonical(policy) : null,
            HasPassword = entry.Attributes.ContainsKey("userpassword"),
            Attributes = EntryNames.Attributes(entry),
            MemberDns = [.. Members(entry)],
            MemberUids = [.. entry.Texts("memberuid")],
            OwnerDns = [.. entry.Texts("manager").Concat(entry.Texts("owner")).Concat(entry.Texts("managedby")).Select(
                DistinguishedName.Canonical)],
            GidNumber = entry.Text("gidnumber"),
        };
    }

    private static EntryKind KindOf(HashSet<string> classes, string dn, IReadOnlyList<string> serviceBases) =>
        classes.Overlaps(Groups) ? EntryKind.Group
        : serviceBases.Any(b => DistinguishedName.IsUnder(dn, b)) ? EntryKind.Service
        : classes.Overlaps(Services) && !classes.Overlaps(Persons) ? EntryKind.Service
        : EntryKind.Human;

    private static IEnumerable<string> Members(LdapAnswer.Entry entry) =>
        EntryNames.MemberAttributes.SelectMany(entry.Texts).Where(dn => dn.Length > 0).Select(EntryNames.WithoutUniqueId).Select(
            DistinguishedName.Canonical);
}
