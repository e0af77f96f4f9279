using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing;
using Lockstep.Testing.Graph;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Lockstep.Tests.Graph.Outside;

/// <summary>
/// Checks, listed objects and listed users that others published (openfga/openfga, consolidated tests): transitive membership is the
/// same question there and here, so both engines must give the same answers.
/// </summary>
public sealed class PublishedRelationTests(ITestOutputHelper output)
{
    private int _checks;
    private int _lists;

    [Fact]
    public void Both_engines_answer_as_published()
    {
        var file = OutsideFolders.Need(OutsideFolders.Vectors, "openfga-matrix/assets/tests/consolidated_1_1_tests.yaml");
        using var reader = new StreamReader(file);
        var yaml = new YamlStream();
        yaml.Load(reader);
        var (asked, others) = (0, 0);
        foreach (var test in Items(yaml.Documents[0].RootNode, "tests"))
        {
            List<(string Object, string Relation, string User)> tuples = [];
            foreach (var stage in Items(test, "stages"))
            {
                tuples.AddRange(Items(stage, "tuples").Select(TupleOf));
                var model = new PublishedRelations(Text(stage, "model"));
                asked += model.IsMembership ? 1 : 0;
                others += model.IsMembership ? 0 : 1;
                if (model.IsMembership)
                {
                    Ask(Text(test, "name"), stage, model, tuples);
                }
            }
        }

        output.WriteLine($"{asked} stages, {_checks} checks and {_lists} lists as published; {others} stages are not membership alone");
        Assert.Equal((68, 81, 136), (asked, _checks, _lists));
    }

    private void Ask(string test, YamlNode stage, PublishedRelations model, List<(string, string, string)> tuples)
    {
        foreach (var assertion in Items(stage, "checkAssertions").Where(a => Find(a, "errorCode") is null))
        {
            var (thing, relation, user) = TupleOf(Find(assertion, "tuple")!);
            var says = Both(model, [.. tuples, .. Extra(assertion)], g =>
                g.Check(Node(user), Target(thing, relation), SmallWorld.Noon, QueryLimits.Default, CancellationToken.None).Value is not null);
            Assert.All(says, s => Assert.True(Text(assertion, "expectation") == (s ? "true" : "false"), $"{test}: {user} {relation} {thing}"));
            _checks++;
        }

        foreach (var assertion in Items(stage, "listObjectsAssertions").Where(a => Find(a, "errorCode") is null))
        {
            var request = Find(assertion, "request")!;
            var (user, relation) = (Text(request, "user"), Text(request, "relation"));
            var says = Both(model, [.. tuples, .. Extra(assertion)], g => Names(
                g.AccessOf(Node(user), SmallWorld.Noon, QueryLimits.Default, CancellationToken.None).Value
                    .Where(c => c.Target.Action == relation).Select(c => c.Target.Resource)
                    .Where(r => PublishedRelations.TypeOf(r.RawKey) == Text(request, "type"))));
            Assert.All(says, s => Assert.Equal(Expected(assertion), s));
            _lists++;
        }

        foreach (var assertion in Items(stage, "listUsersAssertions").Where(a => Find(a, "errorCode") is null))
        {
            var request = Find(assertion, "request")!;
            var filters = Items(request, "filters").Select(f => f.ToString()).ToHashSet();
            if (filters.Any(f => f.Contains('#', StringComparison.Ordinal)))
            {
                continue;
            }

            var says = Both(model, [.. tuples, .. Extra(assertion)], g => Names(g.WhoCan(
                Target(Text(request, "object"), Text(request, "relation")), SmallWorld.Noon, QueryLimits.Default, CancellationToken.None)
                .Value.Select(c => c.Start).Where(n => filters.Contains(PublishedRelations.TypeOf(n.RawKey)))));
            Assert.All(says, s => Assert.Equal(Expected(assertion), s));
            _lists++;
        }
    }

    private static List<T> Both<T>(
        PublishedRelations model, IReadOnlyList<(string, string, string)> tuples, Func<IAccessGraph, T> ask)
    {
        var memberships = model.Memberships(tuples).Distinct().ToList();
        var sets = memberships.SelectMany(m => new[] { m.Who, m.Has }).Where(n => n.Contains('#', StringComparison.Ordinal)).Distinct();
        List<Link> links =
        [
            .. memberships.Where(m => m.Who != m.Has).Select(m => Link(Node(m.Who), LinkKind.MemberOf, Node(m.Has), null)),
            .. sets.Select(s => Link(Node(s), LinkKind.Permits, Target(s.Split('#')[0], s.Split('#')[1]).Resource, s.Split('#')[1])),
        ];
        return [ask(new PlainGraph(links, _ => NodeState.Active)), ask(CompactGraphStore.Build(links, [], SmallWorld.Noon).Current)];
    }

    private static Link Link(NodeId from, LinkKind kind, NodeId to, string? action) => new()
    {
        From = from, Kind = kind, To = to, Action = action, Validity = Validity.Always, Enforcement = Enforcement.Online,
        Source = "published", Evidence = "published",
    };

    private static NodeId Node(string user) =>
        NodeId.Of("published", user.Contains('#', StringComparison.Ordinal) ? NodeKinds.Group : NodeKinds.Identity, user);

    private static AccessTarget Target(string thing, string relation) => new(NodeId.Of("published", NodeKinds.Resource, thing), relation);

    private static List<string> Names(IEnumerable<NodeId> nodes) => [.. nodes.Select(n => n.RawKey).Distinct().Order(StringComparer.Ordinal)];

    private static List<string> Expected(YamlNode assertion) =>
        [.. Items(assertion, "expectation").Select(e => e.ToString()).Order(StringComparer.Ordinal)];

    private static IEnumerable<(string, string, string)> Extra(YamlNode assertion) =>
        Items(assertion, "contextualTuples").Concat(Find(assertion, "request") is { } r ? Items(r, "contextualTuples") : []).Select(TupleOf);

    private static (string, string, string) TupleOf(YamlNode node) => (Text(node, "object"), Text(node, "relation"), Text(node, "user"));

    private static YamlNode? Find(YamlNode node, string name) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;

    private static string Text(YamlNode node, string name) => Find(node, name)?.ToString() ?? "";

    private static IEnumerable<YamlNode> Items(YamlNode node, string name) => (Find(node, name) as YamlSequenceNode)?.Children ?? [];
}
