using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Facts;

public sealed class PublishedGrantsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Access_who_can_and_explain_equal_the_published_expansion_pair_by_pair()
    {
        OutsideFolders.Need(OutsideFolders.Vectors, "baton-c1z/derived");
        var published = Path.Combine(OutsideFolders.Vectors, "baton-c1z/derived/small");
        var expected = PublishedGrants.ReadExpanded($"{published}.expanded");
        var folder = Directory.CreateTempSubdirectory("ls-grants-").FullName;
        await using var host = await FactsHost.StartAsync(PublishedGrants.Write($"{published}.unexpanded", folder));

        HashSet<(string, string)> access = [];
        foreach (var principal in expected.Select(e => e.Principal).Distinct())
        {
            var answer = await host.Admin.AccessAsync(principal, null, CancellationToken.None);
            access.UnionWith(answer.Access.Chains.Select(c => (principal, $"{c.Resource.Name}:{c.Action}")));
        }

        HashSet<(string, string)> whoCan = [];
        foreach (var entitlement in expected.Select(e => e.Entitlement).Distinct())
        {
            var (thing, slug) = (entitlement[..entitlement.LastIndexOf(':')], entitlement[(entitlement.LastIndexOf(':') + 1)..]);
            var answer = await host.Admin.WhoCanAsync(slug, thing, null, CancellationToken.None);
            whoCan.UnionWith(answer.Access.Chains.Select(c => (c.Start.Name, entitlement)));
        }

        // Every published pair holds, and of those that are not published one in twenty is asked, and does not.
        var entitlements = expected.Select(e => e.Entitlement).Distinct().Order(StringComparer.Ordinal).ToList();
        var denied = expected.Select(e => e.Principal).Distinct().Order(StringComparer.Ordinal)
            .SelectMany(p => entitlements.Select(e => (Principal: p, Entitlement: e))).Where(p => !expected.Contains(p))
            .Where((_, i) => i % 20 == 0).Take(1_000).ToList();
        var wrong = 0;
        await Parallel.ForEachAsync(
            expected.Concat(denied), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (pair, cancellationToken) =>
            {
                var (thing, slug) = (pair.Entitlement[..pair.Entitlement.LastIndexOf(':')], pair.Entitlement[(pair.Entitlement.LastIndexOf(':') + 1)..]);
                var why = await host.Admin.ExplainAsync(pair.Principal, slug, thing, null, cancellationToken, chains: 1);
                var isRight = why.Holds == expected.Contains(pair) && (!why.Holds || why.Access.Chains[0].Links[^1].To.Name == thing);
                Interlocked.Add(ref wrong, isRight ? 0 : 1);
            });

        output.WriteLine($"{expected.Count} published pairs; access says {access.Count}, who-can {whoCan.Count}");
        Assert.Equal(14_981, expected.Count);
        Assert.True(denied.Count > 100, $"only {denied.Count} pairs that are not published");
        Assert.Equal(0, wrong);
        Assert.Empty(expected.Except(access).Concat(access.Except(expected)));
        Assert.Empty(expected.Except(whoCan).Concat(whoCan.Except(expected)));
    }
}
