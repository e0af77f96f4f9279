using System.Net;
using System.Text.Json;
using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Server.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>Decisions of the shipped policy and of others over the small company's live graph.</summary>
public class LiveGraphTests
{
    private const string Dana = "dana@acme.example";
    private static readonly string Question = Pep.Question($"identity/{Dana}", "READ", "resource/app/resource/ledger");

    [Fact]
    public async Task A_permit_names_policy_chain_instant_and_how_fresh_the_systems_are()
    {
        await using var pep = await Pep.StartAsync();

        var answer = await pep.AskAsync("evaluation", Question);
        var context = answer.GetProperty("context");

        Assert.True(answer.GetProperty("decision").GetBoolean());
        Assert.Equal("permitted", context.GetProperty("reason").GetString());
        Assert.Equal("effective-access", Assert.Single(context.GetProperty("policies").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(["represents", "memberOf", "permits"], Texts(context, "chain", "kind"));
        Assert.Equal(["app", "dir"], Texts(context, "freshness", "system"));
        Assert.InRange(context.GetProperty("freshness")[0].GetProperty("age_seconds").GetDouble(), 0, 60);
        Assert.InRange(context.GetProperty("as_of").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal((await pep.Host.Admin.PolicyAsync(CancellationToken.None)).Digest, context.GetProperty("policy_digest").GetString());
        Assert.False(context.TryGetProperty("unknown", out _));
    }

    [Fact]
    public async Task A_decision_flips_with_the_next_look()
    {
        await using var pep = await Pep.StartAsync();
        Assert.True(await pep.DecideAsync(Question));

        pep.Host.RemoveFact("dir", "memberOf");
        await pep.Host.Admin.ObserveAsync(new ObserveRequest(["dir"]), CancellationToken.None);

        var context = (await pep.AskAsync("evaluation", Question)).GetProperty("context");
        Assert.Equal("not_permitted", context.GetProperty("reason").GetString());
        Assert.False(context.TryGetProperty("chain", out _));
    }

    /// <summary>Goal: evaluation, the three searches, <c>access</c> and <c>who-can</c> say the same. Method: all of everything.</summary>
    [Fact]
    public async Task Searches_and_evaluations_agree_with_access_and_who_can()
    {
        await using var pep = await Pep.StartAsync();
        var found = await Agreement.RequireAsync(pep.Host.Host.Services.GetRequiredService<Pictures>().Current.Estate, pep.AskAsync);

        Assert.True(found > 1, "nothing is permitted to anybody, so nothing was compared");
    }

    [Fact]
    public async Task What_rests_on_a_system_that_cannot_be_seen_is_denied_unless_the_policy_tolerates_it()
    {
        await using var pep = await Pep.StartAsync();
        await using var bold = await Pep.StartAsync(
            """@id("bold") @unknown("permit") permit (principal, action, resource) when { principal has reaches && principal.reaches };""");
        foreach (var (asked, expected) in new[] { (pep, false), (bold, true) })
        {
            Directory.Delete(Path.Combine(asked.Host.Folder, "dir"), recursive: true);
            await asked.Host.Admin.ObserveAsync(new ObserveRequest(["dir"]), CancellationToken.None);

            var answer = await asked.AskAsync("evaluation", Question);
            var context = answer.GetProperty("context");
            Assert.Equal(expected, answer.GetProperty("decision").GetBoolean());
            Assert.Equal(expected ? "permitted" : "unknown", context.GetProperty("reason").GetString());
            Assert.StartsWith("dir is known as of", context.GetProperty("unknown")[0].GetString(), StringComparison.Ordinal);
            Assert.Equal(3, context.GetProperty("chain").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_look_that_is_too_old_is_unknown()
    {
        await using var pep = await Pep.StartAsync(with: c => c with { AgeMax = TimeSpan.FromMilliseconds(1) });

        var context = (await pep.AskAsync("evaluation", Question)).GetProperty("context");

        Assert.Equal("unknown", context.GetProperty("reason").GetString());
        Assert.StartsWith("app was last observed completely at", context.GetProperty("unknown")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Membership_decides_and_shows_its_way_and_a_forbid_wins()
    {
        await using var pep = await Pep.StartAsync("""
            @id("payments-team") @about("the payments team reads")
            permit (principal in Group::"dir/group/pay", action == Action::"READ", resource in System::"app");
            @id("never-write") @risk("high")
            forbid (principal, action == Action::"WRITE", resource is Resource);
            """);

        var read = (await pep.AskAsync("evaluation", Question)).GetProperty("context");
        var write = (await pep.AskAsync("evaluation", Question.Replace("READ", "WRITE", StringComparison.Ordinal))).GetProperty("context");

        Assert.Equal(["represents", "memberOf"], Texts(read, "chain", "kind"));
        Assert.Equal("the payments team reads", read.GetProperty("policies")[0].GetProperty("about").GetString());
        Assert.Equal(("forbidden", "never-write"), (write.GetProperty("reason").GetString(), write.GetProperty("policies")[0].GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_evaluated_is_skipped_and_named()
    {
        await using var pep = await Pep.StartAsync("""
            @id("asks-too-much") forbid (principal, action, resource) when { resource.colour == "red" };
            @id("all") permit (principal, action, resource);
            """);

        var answer = await pep.AskAsync("evaluation", Question);

        Assert.True(answer.GetProperty("decision").GetBoolean());
        var error = Assert.Single(answer.GetProperty("context").GetProperty("errors").EnumerateArray());
        Assert.Equal("asks-too-much", error.GetProperty("policy").GetString());
        Assert.Contains("colour", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_caller_says_never_stands_in_for_what_the_graph_knows()
    {
        await using var pep = await Pep.StartAsync("""
            permit (principal, action, resource) when { resource has owner && resource.owner == principal };
            permit (principal, action, resource) when { principal has reaches && principal.reaches && action == Action::"FLY" };
            permit (principal, action, resource) when { principal.name == "root" };
            permit (principal, action == Action::"SWIM", resource) when { principal.floor == 3 };
            """);
        const string Claims = """
            {"name":"root","reaches":true,"floor":3,"owner":{"__entity":{"type":"Identity","id":"x"}}}
            """;

        Assert.False(await pep.DecideAsync(Pep.Question($"identity/{Dana}", "FLY", "resource/app/resource/ledger", Claims, Claims)));
        Assert.True(await pep.DecideAsync(Pep.Question($"identity/{Dana}", "SWIM", "resource/app/resource/ledger", Claims)));
    }

    [Fact]
    public async Task A_name_that_fits_several_is_never_guessed()
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);");

        var context = (await pep.AskAsync("evaluation", Pep.Question("identity/kim", "READ", "resource/ledger"))).GetProperty("context");
        var nobody = await pep.AskAsync(
            "search/resource", """{"subject":{"type":"identity","id":"kim"},"action":{"name":"READ"},"resource":{"type":"resource"}}""");

        Assert.Equal("unknown", context.GetProperty("reason").GetString());
        Assert.Contains("fits several", context.GetProperty("unknown")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, nobody.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Denies_of_high_risk_are_all_in_the_ledger_and_others_by_rate()
    {
        await using var pep = await Pep.StartAsync(
            """
            @id("all") permit (principal, action, resource);
            @id("no-write") @risk("high") forbid (principal, action == Action::"WRITE", resource);
            @id("no-dance") forbid (principal, action == Action::"DANCE", resource);
            """,
            with: c => c with { LogPermitsOneIn = 5, LogDeniesOneIn = 4 });
        foreach (var action in new[] { "READ", "WRITE", "DANCE" })
        {
            for (var i = 0; i < 10; i++)
            {
                await pep.AskAsync("evaluation", Question.Replace("READ", action, StringComparison.Ordinal));
            }
        }

        var said = await EntriesAsync(pep, "decision.made", 15);
        Assert.Equal(
            [("DANCE", 3), ("READ", 2), ("WRITE", 10)],
            said.CountBy(e => e.GetProperty("action").GetString()!).Select(c => (c.Key, c.Value)).OrderBy(c => c.Key, StringComparer.Ordinal));
        Assert.Equal((15, 0), await LoggedAsync(pep));
        Assert.All(said, e => Assert.Equal(
            (DigestOf(pep), NameOfDana(pep)), (e.GetProperty("policyDigest").GetString(), e.GetProperty("subject").GetString())));
    }

    private static string DigestOf(Pep pep) => pep.Host.Host.Services.GetRequiredService<PolicyHolder>().Current.Digest;

    private static string NameOfDana(Pep pep) =>
        EntityNames.Of(pep.Host.Host.Services.GetRequiredService<Pictures>().Current.Estate.FindIdentities(Dana)[0].Id).ToString();

    private static async Task<(long, long)> LoggedAsync(Pep pep)
    {
        var view = await pep.Host.Admin.PolicyAsync(CancellationToken.None);
        return (view.DecisionsLogged, view.DecisionsLost);
    }

    private static async Task<List<JsonElement>> EntriesAsync(Pep pep, string kind, int count)
    {
        for (var tries = 0; ; tries++)
        {
            var found = new List<JsonElement>();
            await foreach (var entry in pep.Host.Host.Ledger.ReadAsync(0, CancellationToken.None))
            {
                if (entry.Kind == kind)
                {
                    found.Add(entry.Payload.Clone());
                }
            }

            if (found.Count >= count || tries == 100)
            {
                return found;
            }

            await Task.Delay(50);
        }
    }

    private static IEnumerable<string> Texts(JsonElement of, string list, string name) =>
        of.GetProperty(list).EnumerateArray().Select(e => e.GetProperty(name).GetString()!);
}
