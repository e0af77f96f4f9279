using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Server.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>Why a decision is so, what policies could say when not all is known, and what others would change.</summary>
public class PolicyQuestionTests
{
    private const string Reach = """@id("reach") permit (principal, action, resource) when { principal has reaches && principal.reaches };""";
    private const string Freeze = """@id("freeze") @about("no reading at night") forbid (principal, action == Action::"READ", resource) when { resource.system == "app" };""";
    private const string Team = """@id("team") permit (principal in Group::"dir/group/pay", action == Action::"WRITE", resource) when { principal.state == "active" };""";

    [Fact]
    public async Task A_deny_says_what_the_graph_lacks_and_the_nearest_policies_first()
    {
        await using var pep = await Pep.StartAsync($"{Reach}\n{Team}");

        var why = await pep.Host.Admin.ExplainDecisionAsync(Ask("lee@acme.example", "READ"), CancellationToken.None);

        Assert.False(why.Evaluation.Decision);
        Assert.Equal(["reach", "team"], why.Ways.Select(w => w.Policy));
        var missing = Assert.Single(why.Ways[0].Conditions);
        Assert.Equal(("principal.reaches", "false"), (missing.Condition, missing.Sees["principal.reaches"]));
        Assert.Equal("dir/group/pay", Assert.Single(why.Givers).Id);
        Assert.Contains(why.Ways[1].Conditions, c => c.Condition.Contains("dir/group/pay", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forbid_is_explained_by_the_conditions_that_hold()
    {
        await using var pep = await Pep.StartAsync($"{Reach}\n{Freeze}");

        var why = await pep.Host.Admin.ExplainDecisionAsync(Ask("dana@acme.example", "READ"), CancellationToken.None);

        var freeze = Assert.Single(why.Forbids);
        Assert.Equal(("freeze", "no reading at night"), (freeze.Policy, freeze.About));
        Assert.Contains(freeze.Conditions, c => c.Sees.GetValueOrDefault("resource.system") == "\"app\"");
        Assert.Empty(why.Ways[0].Conditions);
    }

    [Fact]
    public async Task A_chain_is_never_guessed_while_not_all_is_known()
    {
        await using var pep = await Pep.StartAsync($"{Reach}\n{Freeze}\n{Team}");

        var whoCan = await pep.Host.Admin.AskPartiallyAsync(new(null, new("WRITE"), new("resource", "ledger")), CancellationToken.None);
        var whatCan = await pep.Host.Admin.AskPartiallyAsync(new(new("identity", "dana@acme.example"), null, null), CancellationToken.None);
        var where = await pep.Host.Admin.AskPartiallyAsync(
            new(new("identity", "dana@acme.example"), new("READ"), new("resource", null)), CancellationToken.None);
        var all = await pep.Host.Admin.AskPartiallyAsync(
            new(new("identity", "dana@acme.example"), new("FLY"), new("resource", "ledger")), CancellationToken.None);

        Assert.Equal("unknown", whoCan.Decision);
        Assert.Equal(["reach", "team"], whoCan.Policies.Select(p => p.Policy));
        Assert.Equal(1, whoCan.Never);
        Assert.Equal(["principal.reaches"], whoCan.Policies[0].Needs);
        Assert.Equal(["principal", "principal.state"], whoCan.Policies[1].Needs);
        Assert.Equal("unknown", whatCan.Decision);
        Assert.Equal(["reach", "freeze", "team"], whatCan.Policies.Select(p => p.Policy));
        Assert.Equal("unknown", where.Decision);
        Assert.Contains(where.Policies.Single(p => p.Policy == "reach").Needs, n => n.EndsWith(".reaches", StringComparison.Ordinal));
        Assert.Equal(("deny", 0), (all.Decision, all.Policies.Count));
    }

    /// <summary>Goal: the preview is what would happen. Method: preview, put the policies in place, ask all again, compare.</summary>
    [Fact]
    public async Task The_impact_of_policies_is_what_happens_when_they_run()
    {
        await using var pep = await Pep.StartAsync(Reach);
        // Longer than other requests may be, and a policy that differs only in a comment is not changed.
        var next = $"// {new string('x', 100_000)}\n{Reach}\n{Freeze}\n{Team}";
        var before = Permitted(pep);

        var impact = await pep.Host.Admin.ImpactAsync(
            new(new Dictionary<string, string> { ["rules.cedar"] = next }), CancellationToken.None);
        Assert.Equal(before, Permitted(pep));
        pep.Host.Write("rules.cedar", next);
        await pep.Host.Admin.ReloadPolicyAsync(CancellationToken.None);
        var after = Permitted(pep);

        Assert.Equal(["freeze", "team"], impact.Added);
        Assert.Empty(impact.Removed.Concat(impact.Changed));
        Assert.Equal(after.Except(before).Order(), impact.Flips.Where(f => f.Decision).Select(Name).Order());
        Assert.Equal(before.Except(after).Order(), impact.Flips.Where(f => !f.Decision).Select(Name).Order());
        Assert.True(impact.Flips.Any(f => f.Decision) && impact.Flips.Any(f => !f.Decision), "nothing flipped, so nothing was compared");
        Assert.Equal((impact.Flips.Count, null), (impact.FlipsInAll, impact.Limit));
        var back = await pep.Host.Admin.ImpactAsync(
            new(new Dictionary<string, string> { ["rules.cedar"] = Reach }), CancellationToken.None);
        Assert.Equal(["freeze", "team"], back.Removed);
        Assert.Equal(impact.Flips.Select(f => $"{Name(f)} {!f.Decision}").Order(), back.Flips.Select(f => $"{Name(f)} {f.Decision}").Order());
    }

    [Fact]
    public async Task Policies_that_cannot_run_have_problems_instead_of_an_impact()
    {
        await using var pep = await Pep.StartAsync(Reach);

        var impact = await pep.Host.Admin.ImpactAsync(
            new(new Dictionary<string, string> { ["a.cedar"] = "permit (principal);", ["b.cedar"] = "&" }), CancellationToken.None);

        Assert.Contains(impact.Problems, p => p.StartsWith("a.cedar:1:", StringComparison.Ordinal));
        Assert.Contains(impact.Problems, p => p.StartsWith("b.cedar:1:", StringComparison.Ordinal));
        Assert.Equal(0, impact.Asked);
    }

    [Fact]
    public async Task The_impact_on_Lockstep_itself_names_tokens_and_refuses_a_lockout()
    {
        await using var pep = await Pep.StartAsync(Reach);
        await pep.Host.Admin.CreateTokenAsync(new CreateToken("desk", "viewer"), CancellationToken.None);
        Task<ImpactAnswer> TryAsync(string text) => pep.Host.Admin.ImpactAsync(
            new(new Dictionary<string, string> { ["access.cedar"] = text }, Own: true, Subject: null), CancellationToken.None);

        var lockout = await TryAsync("permit (principal, action == Lockstep::Action::\"decide\", resource);");
        var fewer = await TryAsync("permit (principal in Lockstep::Role::\"admin\", action, resource);");

        Assert.Contains("LS6082", Assert.Single(lockout.Problems), StringComparison.Ordinal);
        Assert.Equal(["decide", "read-cases", "read-estate", "read-policy"], fewer.Flips.Where(f => f.SubjectName == "desk").Select(f => f.Action));
        Assert.All(fewer.Flips, f => Assert.False(f.Decision));
    }

    private static EvaluationRequest Ask(string who, string action) => new(new("identity", who), new(action), new("resource", "ledger"));

    private static string Name(DecisionFlip flip) => $"{flip.Subject} {flip.Action} {flip.Resource}";

    private static HashSet<string> Permitted(Pep pep)
    {
        var round = pep.Host.Host.Services.GetRequiredService<DecisionPoint>().Begin();
        var reach = new Lockstep.Server.Decisions.Reach.Asked(round.Picture.Estate.Graph, round.At, CancellationToken.None);
        return
        [
            .. from subject in round.Picture.EntitiesOf(NodeKinds.Identity)
               from resource in round.Picture.EntitiesOf(NodeKinds.Resource)
               from action in new[] { "READ", "WRITE" }
               let question = new Question(
                   new(subject, new(EntityNames.ActionType, action), resource, Lockstep.Cedar.Values.CedarRecord.Empty),
                   Lockstep.Cedar.Values.CedarRecord.Empty, Lockstep.Cedar.Values.CedarRecord.Empty, [])
               where round.IsAllowed(question, reach)
               select $"{subject.Id} {action} {resource.Id}",
        ];
    }
}
