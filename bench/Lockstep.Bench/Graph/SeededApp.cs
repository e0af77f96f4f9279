using Lockstep.Graph;

namespace Lockstep.Bench.Graph;

/// <summary>One application of a seeded estate.</summary>
/// <param name="First">Its first node.</param>
/// <param name="Size">How many nodes.</param>
/// <param name="Number">Its number.</param>
/// <param name="IsLoose">Whether its secrets may open accounts of other applications.</param>
internal sealed record SeededApp(int First, int Size, int Number, bool IsLoose)
{
    // Of 100 nodes; what is left over are resources.
    private static readonly (string Kind, int Share)[] Parts =
    [
        (NodeKinds.Identity, 24), (NodeKinds.Account, 21), (NodeKinds.Group, 7), (NodeKinds.Role, 5), (NodeKinds.Secret, 12),
        (NodeKinds.Credential, 9), (NodeKinds.Session, 2), (NodeKinds.Resource, 20),
    ];

    private const int Identity = 0;
    private const int Account = 1;
    private const int Group = 2;
    private const int Role = 3;
    private const int Secret = 4;
    private const int Credential = 5;
    private const int Session = 6;
    private const int Resource = 7;

    public string KindOf(int node)
    {
        var part = 0;
        while (part < Resource && node >= StartOf(part + 1))
        {
            part++;
        }

        return Parts[part].Kind;
    }

    public IEnumerable<EstateRow> Rows(IReadOnlyList<SeededApp> apps, int seed)
    {
        var random = new Random(unchecked((seed * 1_000_003) + Number));
        return People(random).Concat(Groups(random)).Concat(Grants(random)).Concat(Secrets(random, apps)).Select(r => Timed(r, random));
    }

    private static EstateRow Link(int from, LinkKind kind, int to, int action = 0) => new(from, kind, to, action, Validity.Always);

    private static EstateRow Timed(EstateRow row, Random random) => random.Next(100) switch
    {
        < 85 => row,
        < 95 => row with { Validity = new(null, SeededEstate.Noon.AddDays(1 + random.Next(60))) },
        < 98 => row with { Validity = new(null, SeededEstate.Noon.AddDays(-random.Next(60))) },
        _ => row with { Validity = new(SeededEstate.Noon.AddDays(1 + random.Next(60)), null) },
    };

    /// <summary>A count with a heavy tail: at least <paramref name="least"/>, seldom very many.</summary>
    private static int Tail(Random random, double least, double alpha, int most) =>
        (int)Math.Min(most, least / Math.Pow(1 - random.NextDouble(), 1 / alpha));

    private int StartOf(int part)
    {
        var before = 0;
        for (var i = 0; i < part; i++)
        {
            before += Parts[i].Share;
        }

        return First + (int)((long)Size * before / 100);
    }

    private int CountOf(int part) => (part == Resource ? First + Size : StartOf(part + 1)) - StartOf(part);

    private int Any(Random random, int part) => StartOf(part) + random.Next(CountOf(part));

    private IEnumerable<EstateRow> People(Random random)
    {
        for (var i = 0; i < CountOf(Account); i++)
        {
            yield return Link(Any(random, Identity), LinkKind.Represents, StartOf(Account) + i);
            yield return Link(Any(random, Identity), LinkKind.Owns, StartOf(Account) + i);

            // Most are in one or two groups, one in ten in very many.
            var groups = random.Next(10) == 0 ? Tail(random, 25, 1.7, 400) : Tail(random, 1, 1.7, 12);
            for (var g = 0; g < groups; g++)
            {
                yield return Link(StartOf(Account) + i, LinkKind.MemberOf, Any(random, Group));
            }
        }

        for (var i = 0; i < CountOf(Session); i++)
        {
            yield return Link(Any(random, Identity), LinkKind.Holds, StartOf(Session) + i);
            yield return Link(StartOf(Session) + i, LinkKind.AuthenticatesAs, Any(random, Account));
        }
    }

    /// <summary>Trees of groups three to five deep, with some groups in a second one; and roles, big ones for services.</summary>
    private IEnumerable<EstateRow> Groups(Random random)
    {
        var count = CountOf(Group);
        for (var i = 1; i < count; i++)
        {
            yield return Link(StartOf(Group) + i, LinkKind.MemberOf, StartOf(Group) + (i / 6));
            if (random.Next(8) == 0)
            {
                yield return Link(StartOf(Group) + i, LinkKind.MemberOf, Any(random, Group));
            }
        }

        var small = Math.Max(1, CountOf(Role) * 3 / 4);
        for (var i = 0; i < count; i++)
        {
            yield return Link(StartOf(Group) + i, LinkKind.Assumes, StartOf(Role) + random.Next(small));
        }

        for (var i = 0; i < CountOf(Account) / 4; i++)
        {
            yield return Link(Any(random, Account), LinkKind.Assumes, StartOf(Role) + small + random.Next(Math.Max(1, CountOf(Role) - small)));
        }
    }

    private IEnumerable<EstateRow> Grants(Random random)
    {
        var small = CountOf(Role) * 3 / 4;
        for (var i = 0; i < CountOf(Role); i++)
        {
            // Small roles permit a handful, the big ones of services most of what the application has.
            var permits = i < small ? Tail(random, 4, 1.5, 60) : Tail(random, 300, 1.5, CountOf(Resource) * 3);
            for (var p = 0; p < permits; p++)
            {
                yield return Link(StartOf(Role) + i, LinkKind.Permits, Any(random, Resource), 1 + random.Next(4));
            }

            var secrets = i < small ? Tail(random, 0.6, 1.5, 40) : Tail(random, 30, 1.5, CountOf(Secret));
            for (var s = 0; s < secrets; s++)
            {
                yield return Link(StartOf(Role) + i, LinkKind.Reads, Any(random, Secret));
            }
        }
    }

    private IEnumerable<EstateRow> Secrets(Random random, IReadOnlyList<SeededApp> apps)
    {
        for (var i = 0; i < CountOf(Secret); i++)
        {
            // Some credentials lie in several secrets.
            var skew = random.NextDouble();
            yield return Link(
                StartOf(Secret) + i, LinkKind.Contains, StartOf(Credential) + (int)(skew * skew * skew * CountOf(Credential)));
            yield return Link(Any(random, Identity), LinkKind.Owns, StartOf(Secret) + i);
        }

        for (var i = 0; i < CountOf(Credential); i++)
        {
            var other = IsLoose && random.Next(20) == 0 ? apps[random.Next(apps.Count)] : this;
            yield return Link(StartOf(Credential) + i, LinkKind.AuthenticatesAs, other.Any(random, Account));
            if (random.Next(3) == 0)
            {
                yield return Link(Any(random, Identity), LinkKind.Holds, StartOf(Credential) + i);
            }
        }
    }
}
