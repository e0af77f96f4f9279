using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph;

/// <summary>An estate of applications, the same for the same seed: 1,000 nodes each, 22 of them people (1:45), 10 links a node.</summary>
/// <remarks>Few links lead to another application; more of them would make one cluster of the whole, which no real estate is.</remarks>
internal sealed class SeededEstate(int apps, int seed)
{
    private const int PerApp = 1_000;
    private const int People = 22;
    private readonly NodeId[] _nodes = [.. Enumerable.Range(0, apps * PerApp).Select(i => Name(i / PerApp, i % PerApp))];

    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public int NodeCount => _nodes.Length;

    public IEnumerable<NodeId> Identities(int count) =>
        new Random(seed + 1) is var random ? Enumerable.Range(0, count).Select(_ => At(random.Next(apps), random.Next(People))) : [];

    public IEnumerable<Link> Links()
    {
        var random = new Random(seed);
        for (var app = 0; app < apps; app++)
        {
            for (var i = 0; i < PerApp * 10; i++)
            {
                yield return Next(random, app, i);
            }
        }
    }

    private static NodeId Name(int app, int at) =>
        NodeId.Parse(string.Create(CultureInfo.InvariantCulture, $"app{app}/{Kind(at)}/{unchecked((uint)((app * PerApp) + at) * 2654435761u):x8}"));

    private static string Kind(int at) => at switch
    {
        < People => NodeKinds.Identity,
        < 222 => NodeKinds.Account,
        < 322 => NodeKinds.Group,
        < 422 => NodeKinds.Role,
        _ => NodeKinds.Resource,
    };

    // Of 100 links: 2 represent, 20 memberOf account to group, 8 group to group (cycles are normal), 10 assumes, the rest permits.
    private Link Next(Random random, int app, int i)
    {
        var other = random.Next(20_000) == 0 ? random.Next(apps) : app;
        return (i % 100) switch
        {
            < 2 => Of(At(app, random.Next(People)), LinkKind.Represents, At(app, random.Next(People, 222)), null, random, i),
            < 22 => Of(At(app, random.Next(People, 222)), LinkKind.MemberOf, At(app, random.Next(222, 322)), null, random, i),
            < 30 => Of(At(app, random.Next(222, 322)), LinkKind.MemberOf, At(app, random.Next(222, 322)), null, random, i),
            < 40 => Of(At(app, random.Next(222, 322)), LinkKind.Assumes, At(other, random.Next(322, 422)), null, random, i),
            _ => Of(At(app, random.Next(322, 422)), LinkKind.Permits, At(other, random.Next(422, PerApp)), i % 3 == 0 ? "write" : "use", random, i),
        };
    }

    private static Link Of(NodeId from, LinkKind kind, NodeId to, string? action, Random random, int i) => new()
    {
        From = from,
        To = to,
        Kind = kind,
        Action = action,
        Validity = random.Next(20) == 0 ? new(null, Noon.AddDays(random.Next(-30, 30))) : Validity.Always,
        Enforcement = Enforcement.Online,
        Source = "estate",
        Evidence = (i % 1_000) < 500 ? "a" : "b",
    };

    private NodeId At(int app, int at) => _nodes[(app * PerApp) + at];
}
