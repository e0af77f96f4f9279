using System.Globalization;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Config;
using Lockstep.Server.Guardrails;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Server.Tests.Guardrails;

/// <summary>What is checked by what changed is what is checked from the beginning, and both are what guardrails say.</summary>
public class GuardrailPropertyTests
{
    private const string Head = "@owner(\"kim\") @about(\"it must not be\") @severity(\"high\") @controls(\"none\")";

    private static readonly (string Id, string Text)[] Rules =
    [
        ("ended", $"@id(\"ended\") {Head} forbid (principal is Identity, action, resource) when {{ principal.state == \"ended\" }};"),
        ("direct", $$"""
            @id("direct") {{Head}} forbid (principal, action == Action::"read", resource is Secret)
            when { context.direct && resource.hasTag("environment") && resource.getTag("environment") == "production" };
            """),
        ("toxic", $$"""
            @id("toxic") {{Head}} @part("approves") forbid (principal is Identity, action == Action::"do0", resource is Resource);
            @part("receives") forbid (principal is Identity, action == Action::"do1", resource is Resource);
            """),
        ("group", $"@id(\"group\") {Head} forbid (principal in Group::\"lab/group/g5\", action == Action::\"do0\", resource);"),
        ("owner", $$"""
            @id("owner") {{Head}} forbid (principal, action, resource)
            when { resource has owner && (resource.owner.state == "ended" || resource.owner in Group::"lab/group/g6") };
            """),
        ("unowned", $$"""
            @id("unowned") {{Head}} forbid (principal, action == Action::"exists", resource)
            when { principal is Account || (principal has identityKind && principal.identityKind != "human") } unless { principal has owner };
            """),
    ];

    private const string Named = $$"""
        @id("named") {{Head}} forbid (principal is Identity, action, resource)
        when { Resource::"lab/resource/r10" has sensitivity && Resource::"lab/resource/r10".sensitivity == "true" };
        """;

    /// <summary>
    /// Goal: nobody is forgotten when something changes. Method: a world changes in every way that an estate can, 60 times each; after each
    /// step the result of asking only whom it may concern must equal, chain by chain, that of asking everybody.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Checking_what_changed_equals_checking_everything(bool named)
    {
        var set = Read([.. Rules.Select(r => r.Text), .. named ? [Named] : Array.Empty<string>()]);
        var (asked, all, moved) = (0, 0, 0);
        for (var seed = 0; seed < 120; seed++)
        {
            var world = new ChangingWorld(seed);
            world.Step();
            var kept = CheckedEstate.Full(set, world.Estate, world.Now, CancellationToken.None);
            for (var step = 0; step < 60; step++)
            {
                world.Step();
                var before = Text(kept);
                kept = kept.Again(world.Estate, world.Now, CancellationToken.None);
                var full = CheckedEstate.Full(set, world.Estate, world.Now, CancellationToken.None);

                Assert.True(Text(full) == Text(kept), $"seed {seed}, step {step}: everything says\n{Text(full)}\nwhat changed says\n{Text(kept)}");
                (asked, all, moved) = (asked + kept.Asked, all + full.Asked, moved + (before == Text(kept) ? 0 : 1));
            }
        }

        Assert.True(moved > 1_500, $"only {moved} of 7200 steps changed anything that guardrails say");
        Assert.True(named || asked < all * 0.8, $"{asked} of {all} were asked: nothing was saved");
    }

    /// <summary>Method: each rule once more, in C# over plain reachability, by hand.</summary>
    [Fact]
    public void Guardrails_say_what_they_say_in_plain_words()
    {
        var set = Read([.. Rules.Select(r => r.Text)]);
        using var book = new GuardrailBook(null!, new LockstepConfig { DataFolder = "none" });
        var found = Rules.ToDictionary(r => r.Id, _ => 0);
        for (var seed = 0; seed < 700; seed++)
        {
            var world = new ChangingWorld(seed);
            for (var step = 0; step < 6; step++)
            {
                world.Step();
                var report = book.Report(CheckedEstate.Full(set, world.Estate, world.Now, CancellationToken.None));
                var plain = new PlainGuardrails(world.Estate, world.Now);
                foreach (var (guardrail, expected) in plain.Violations())
                {
                    var said = report.Violations.Where(v => v.Guardrail.Id == guardrail).Select(v => v.Principal).Order().ToList();
                    Assert.True(
                        expected.SequenceEqual(said),
                        $"seed {seed}, step {step}, {guardrail}: expected {string.Join(", ", expected)}; said {string.Join(", ", said)}");
                    found[guardrail] += expected.Count;
                }
            }
        }

        Assert.All(found, f => Assert.True(f.Value > 50, $"{f.Key} was violated {f.Value} times only"));
    }

    /// <summary>Every chain that is shown begins at who is named, ends at what is named, and holds at that instant.</summary>
    [Fact]
    public void Chains_hold()
    {
        var set = Read([.. Rules.Select(r => r.Text)]);
        var seen = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var world = new ChangingWorld(seed);
            world.Step();
            var results = CheckedEstate.Full(set, world.Estate, world.Now, CancellationToken.None).Results;
            seen += results.Sum(r => r.Value.Forbidden.Values.SelectMany(a => a).Count(a => Holds(a, r.Key, world)));
        }

        Assert.True(seen > 300, $"only {seen} chains were seen");
    }

    /// <summary>What a search did not look at may be forbidden: a principal whose search was cut short is never given as free of it.</summary>
    [Fact]
    public void A_search_that_is_cut_short_is_kept_with_its_limit()
    {
        var links = Enumerable.Range(0, QueryLimits.Default.DepthMax + 2).Select(i => SmallWorld.Link(
            SmallWorld.Id(i == 0 ? NodeKinds.Identity : NodeKinds.Group, i), LinkKind.MemberOf, SmallWorld.Id(NodeKinds.Group, i + 1))).ToList();
        var nodes = links.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => new Node { Id = id, Name = id.RawKey });
        var estate = new FixedEstate([.. nodes], links, []);

        var found = CheckedEstate.Full(Read([.. Rules.Select(r => r.Text)]), estate, SmallWorld.Noon, CancellationToken.None).Results;

        Assert.Contains("64 links", found[SmallWorld.Id(NodeKinds.Identity, 0)].Limit, StringComparison.Ordinal);
    }

    /// <summary>An estate of a million nodes without guardrails must not pay for them.</summary>
    [Fact]
    public void Nobody_is_asked_about_where_nothing_is_forbidden()
    {
        var world = new ChangingWorld(1);
        world.Step();
        var first = CheckedEstate.Full(GuardrailSet.None, world.Estate, world.Now, CancellationToken.None);
        world.Step();
        var next = first.Again(world.Estate, world.Now, CancellationToken.None);

        Assert.Equal((0, 0), (first.Asked, next.Asked));
        Assert.Equal((world.Estate, world.Now), (next.Estate, next.At));
        Assert.True(CheckedEstate.Full(Read([.. Rules.Select(r => r.Text)]), world.Estate, world.Now, CancellationToken.None).Asked > 0);
    }

    /// <summary>False where access is shown without a chain.</summary>
    private static bool Holds(ForbiddenAccess access, NodeId principal, ChangingWorld world)
    {
        if (access.Chain is not { Links: var links } chain)
        {
            return false;
        }

        Assert.Equal((principal, access.Target), (chain.Start, chain.Target));
        Assert.All(links, l => Assert.True(world.Estate.Graph.Flows(l, world.Now)));
        Assert.All(links.Zip(links.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.True(!access.IsDirect || chain.Credential is null);
        return true;
    }

    internal static GuardrailSet Read(IReadOnlyList<string> texts)
    {
        var folder = Directory.CreateTempSubdirectory("ls-guardrails-").FullName;
        foreach (var (i, text) in texts.Index())
        {
            File.WriteAllText(Path.Combine(folder, $"{i}.cedar"), text);
        }

        var reading = GuardrailFiles.Read(new PolicyConfig { Guardrails = [folder] });
        Directory.Delete(folder, recursive: true);
        return reading is GuardrailReading.Good good ? good.Set
            : throw new InvalidOperationException(string.Join('\n', ((GuardrailReading.Bad)reading).Problems));
    }

    private static string Text(CheckedEstate state) => string.Join('\n', state.Results.OrderBy(r => r.Key).SelectMany(r =>
        r.Value.Forbidden.OrderBy(f => f.Key, StringComparer.Ordinal)
            .SelectMany(f => f.Value.Select(a => $"{r.Key} {f.Key}: {a.Target} {a.IsDirect} {Text(a.Chain)}"))
            .Concat(r.Value.Faults.Select(f => $"{r.Key} fault {f}")).Append($"{r.Key} {r.Value.Limit}")));

    private static string Text(Chain? chain) => chain is null ? "-" : string.Join(" > ", chain.Links.Select(
        l => string.Create(CultureInfo.InvariantCulture, $"{l.Key} {l.Evidence} {l.Validity} {l.Enforcement}")));
}
