using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>
/// All accounts and groups of a directory at one moment, by their immutable keys, and the facts that follow. Members are kept by
/// name as the directory keeps them and resolved anew each time: a name that was recycled leads to its new holder, as it does there.
/// </summary>
/// <threadsafety>None.</threadsafety>
internal sealed class DirectoryPicture(string systemName, string ownDn)
{
    /// <summary>Everything but passwords.</summary>
    public const string EntriesScope = "entries";

    /// <summary>The presence of passwords.</summary>
    public const string PasswordsScope = "passwords";

    private readonly Dictionary<Guid, DirectoryEntry> _entries = [];

    public LockPolicy Policy { get; set; } = new(new HashSet<string>(StringComparer.Ordinal));

    public int AccountCount => _entries.Values.Count(e => !e.IsGroup);

    /// <summary>Whether any password but our own is visible, which most directories show to everybody.</summary>
    public bool ShowsPasswords => _entries.Values.Any(e => e.HasPassword && e.Dn != ownDn);

    public IEnumerable<Guid> Uuids => _entries.Keys;

    public void Put(DirectoryEntry entry) => _entries[entry.Uuid] = entry;

    public bool Remove(Guid uuid) => _entries.Remove(uuid);

    public bool Has(Guid uuid) => _entries.ContainsKey(uuid);

    /// <summary>Lists the facts, each once.</summary>
    public IEnumerable<Fact> Facts()
    {
        var byDn = new Dictionary<string, DirectoryEntry>(_entries.Count, StringComparer.Ordinal);
        foreach (var entry in _entries.Values)
        {
            byDn[entry.Dn] = entry;
        }

        var showsPasswords = ShowsPasswords;
        return _entries.Values.SelectMany(e => NodeFacts(e, showsPasswords).Concat(OwnerFacts(e, byDn)))
            .Concat(MembershipFacts(byDn))
            .DistinctBy(f => f.Key);
    }

    /// <summary>Says how the facts differ from those that were sent before, which are then replaced by them.</summary>
    public IEnumerable<Observation> Changes(Dictionary<FactKey, Fact> sent)
    {
        var now = Facts().ToDictionary(f => f.Key);
        var gone = sent.Keys.Where(k => !now.ContainsKey(k)).ToArray();
        var seen = now.Values.Where(f => !sent.TryGetValue(f.Key, out var old) || !SameFact(old, f)).ToArray();
        sent.Clear();
        foreach (var (key, fact) in now)
        {
            sent[key] = fact;
        }

        return gone.Select(k => (Observation)new Observation.Gone(k)).Concat(seen.Select(f => new Observation.Seen(f)));
    }

    private static bool SameFact(Fact left, Fact right) => (left, right) switch
    {
        (Fact.OfNode a, Fact.OfNode b) => a.Node.Name == b.Node.Name && a.Node.State == b.Node.State
            && a.Node.Attributes.Count == b.Node.Attributes.Count && a.Node.Attributes.All(p => b.Node.Find(p.Key) == p.Value),
        _ => left == right,
    };

    private IEnumerable<Fact> NodeFacts(DirectoryEntry entry, bool showsPasswords)
    {
        yield return new Fact.OfNode(systemName, EntriesScope, EntryFacts.Node(systemName, entry, Policy));
        if (showsPasswords && !entry.IsGroup && entry.HasPassword)
        {
            yield return new Fact.OfNode(systemName, PasswordsScope, EntryFacts.Password(systemName, entry));
            var (account, password) = (EntryFacts.Id(systemName, entry), EntryFacts.PasswordId(systemName, entry.Uuid));
            var evidence = $"`{entry.Attributes["dn"]}` has a userPassword";
            yield return EntryFacts.Link(systemName, PasswordsScope, account, LinkKind.Holds, password, evidence);
            yield return EntryFacts.Link(systemName, PasswordsScope, password, LinkKind.AuthenticatesAs, account, evidence);
        }
    }

    private IEnumerable<Fact> OwnerFacts(DirectoryEntry entry, Dictionary<string, DirectoryEntry> byDn) =>
        from dn in entry.OwnerDns
        where byDn.ContainsKey(dn)
        let owner = byDn[dn]
        where !owner.IsGroup && owner.Uuid != entry.Uuid
        select EntryFacts.Link(
            systemName, EntriesScope, EntryFacts.Id(systemName, owner), LinkKind.Owns, EntryFacts.Id(systemName, entry),
            $"`{entry.Attributes["dn"]}` names `{owner.Attributes["dn"]}` as manager or owner");

    private IEnumerable<Fact> MembershipFacts(Dictionary<string, DirectoryEntry> byDn)
    {
        var byUid = _entries.Values.Where(e => !e.IsGroup && e.Attributes.ContainsKey("uid")).ToLookup(
            e => e.Attributes["uid"], StringComparer.Ordinal);
        var byGid = _entries.Values.Where(e => !e.IsGroup && e.GidNumber is not null).ToLookup(e => e.GidNumber!, StringComparer.Ordinal);
        return from entry in _entries.Values
               where entry.IsGroup
               from fact in MembersOf(entry, byDn, byUid, byGid)
               select fact;
    }

    private IEnumerable<Fact> MembersOf(
        DirectoryEntry group, Dictionary<string, DirectoryEntry> byDn, ILookup<string, DirectoryEntry> byUid, ILookup<string,
            DirectoryEntry> byGid)
    {
        var id = EntryFacts.Id(systemName, group);
        var byName = group.MemberDns.Where(byDn.ContainsKey).Select(dn => (Member: byDn[dn], How: "is named as a member"));
        var byUidNumber = group.MemberUids.SelectMany(uid => byUid[uid]).Select(e => (Member: e, How: "is named by memberUid"));
        var primary = (group.GidNumber is { } gid ? byGid[gid] : []).Select(e => (Member: e, How: "has it as its primary group"));
        return byName.Concat(byUidNumber).Concat(primary).Where(m => m.Member.Uuid != group.Uuid).Select(m => (Fact)EntryFacts.Link(
            systemName, EntriesScope, EntryFacts.Id(systemName, m.Member), LinkKind.MemberOf, id,
            $"`{m.Member.Attributes["dn"]}` {m.How} of `{group.Attributes["dn"]}`"));
    }
}
