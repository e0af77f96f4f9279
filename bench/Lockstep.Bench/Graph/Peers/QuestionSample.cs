using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>Questions about a seeded estate, the same for the same estate.</summary>
internal sealed class QuestionSample(OwnEngine own, SeededEstate estate)
{
    /// <summary>Makes questions whose answer is yes: of all that an identity reaches, any, not the nearest.</summary>
    public List<Question> Held(IReadOnlyList<int> ids, int perIdentity) =>
    [
        .. ids.SelectMany(i =>
        {
            var found = own.Store.Current.AccessOf(estate.Name(i), SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value;
            var random = new Random(i);
            return Enumerable.Range(0, Math.Min(perIdentity, found.Count))
                .Select(_ => About(i, found[random.Next(found.Count)].Target));
        }),
    ];

    /// <summary>Gives an account that is numbered near an identity: mostly one of the same application.</summary>
    public int AnyAccount(int near)
    {
        var account = near;
        while (estate.KindOf(account) != NodeKinds.Account)
        {
            account = (account + 1) % estate.NodeCount;
        }

        return account;
    }

    /// <summary>Picks from all that an identity reaches, far apart.</summary>
    public static List<AccessTarget> Spread(IAccessGraph graph, NodeId who, int count)
    {
        var access = graph.AccessOf(who, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value;
        var step = Math.Max(1, access.Count / count);
        return [.. Enumerable.Range(0, Math.Min(count, access.Count)).Select(i => access[i * step].Target)];
    }

    private static Question About(int id, AccessTarget target) => new(
        id, SeededEstate.NumberOf(target.Resource),
        target.Action == AccessTarget.Read ? 5 : Array.IndexOf([.. SeededEstate.Actions], target.Action));
}
