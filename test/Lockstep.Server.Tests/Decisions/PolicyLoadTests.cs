using System.Net;
using Lockstep.Client;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Lockstep.Server.Tests.Api;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

public class PolicyLoadTests
{
    private const string Schema = """
        entity user = { role?: String, level?: Long };
        entity record = { status: String };
        action read, write appliesTo { principal: [user, Identity], resource: [record, Resource], context: { ip?: ipaddr, action?: { soft?: Bool } } };
        """;

    private static readonly string Question = Pep.Question("user/alice", "read", "record/r");

    [Fact]
    public async Task A_set_that_cannot_run_never_replaces_the_running_one_and_all_of_it_is_told()
    {
        await using var pep = await Pep.StartAsync("@id(\"first\") permit (principal, action, resource);", Schema);
        var before = await pep.Host.Admin.PolicyAsync(CancellationToken.None);
        pep.Host.Write("rules.cedar", """
            permit (principal, action == Action::"fly", resource);
            permit (principal is user, action, resource) when { principal.colour == "red" };
            """);

        var refused = await pep.Host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Equal(before.Digest, refused.Digest);
        Assert.Contains(refused.Problems, p => p.Contains("rules.cedar:1:", StringComparison.Ordinal) && p.Contains("fly", StringComparison.Ordinal));
        Assert.Contains(refused.Problems, p => p.Contains("rules.cedar:2:", StringComparison.Ordinal) && p.Contains("colour", StringComparison.Ordinal));
        Assert.True(await pep.DecideAsync(Question));
        Assert.Equal(refused.Problems, (await pep.Host.Admin.PolicyAsync(CancellationToken.None)).Problems);

        pep.Host.Write("rules.cedar", "@id(\"second\") forbid (principal, action, resource);");
        var good = await pep.Host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.NotEqual(before.Digest, good.Digest);
        Assert.Empty(good.Problems);
        Assert.False(await pep.DecideAsync(Question));
        Assert.Equal([before.Digest, good.Digest], await DigestsAsync(pep, "policy.loaded"));
        Assert.Single(await DigestsAsync(pep, "policy.refused"));
    }

    [Fact]
    public async Task A_changed_file_is_read_by_itself()
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);");
        Assert.True(await pep.DecideAsync(Question));

        pep.Host.Write("rules.cedar", "@id(\"stop\") forbid (principal, action, resource);");

        for (var tries = 0; await pep.DecideAsync(Question); tries++)
        {
            Assert.True(tries < 100, "the changed policies were not read within ten seconds");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_folder_gives_its_files_in_order_and_an_id_belongs_to_one_policy()
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);", with: c =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(c.Files[0])!, "policies")).FullName;
            File.WriteAllText(Path.Combine(folder, "b.cedar"), "@id(\"same\") permit (principal, action, resource);");
            File.WriteAllText(Path.Combine(folder, "a.cedar"), "permit (principal, action, resource);permit (principal, action, resource);");
            File.WriteAllText(Path.Combine(folder, "notes.txt"), "not a policy");
            return c with { Files = [folder] };
        });
        var view = await pep.Host.Admin.PolicyAsync(CancellationToken.None);
        Assert.Equal((3, "a.cedar", "b.cedar"), (view.Policies, Path.GetFileName(view.Files[0]), Path.GetFileName(view.Files[1])));
        var ids = (await pep.AskAsync("evaluation", Question)).GetProperty("context").GetProperty("policies").EnumerateArray();
        Assert.Equal(["a#0", "a#1", "same"], ids.Select(p => p.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));

        File.WriteAllText(Path.Combine(pep.Host.Folder, "policies", "c.cedar"), "@id(\"same\") forbid (principal, action, resource);");
        var twice = await pep.Host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Contains(twice.Problems, p => p.Contains("LS6005", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_does_not_start_with_policies_that_cannot_run()
    {
        await using var host = await TestHost.StartAsync();
        await host.EndAsync();
        host.Policy = new PolicyConfig { Files = [host.Write("bad.cedar", "permit (principal, action);"), host.Write("worse.cedar", "&")] };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(host.BeginAsync);
        host.Policy = new();
        await host.BeginAsync();

        Assert.Contains("LS6080", refused.Message, StringComparison.Ordinal);
        Assert.Contains("bad.cedar:1:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("worse.cedar:1:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user/a", "fly", "record/r", null, null, null, "fly")]
    [InlineData("record/a", "read", "record/r", null, null, null, "principal")]
    [InlineData("user/a", "read", "user/r", null, null, null, "resource")]
    [InlineData("user/a", "read", "record/r", """{"level":"high"}""", null, null, "subject.properties.level")]
    [InlineData("user/a", "read", "record/r", """{"colour":"red"}""", null, null, "subject.properties.colour")]
    [InlineData("user/a", "read", "record/r", null, """{"ip":"nowhere"}""", null, "context.ip")]
    [InlineData("user/a", "read", "record/r", null, """{"weather":1}""", null, "context.weather")]
    [InlineData("user/a", "read", "record/r", null, null, """{"hard":true}""", "action.properties.hard")]
    [InlineData("user/a", "read", "record/r", """{"level":1.5}""", null, null, "subject.properties.level")]
    public async Task A_question_that_does_not_fit_the_schema_is_400_with_the_place(
        string subject, string action, string resource, string? properties, string? context, string? ofAction, string place)
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);", Schema);

        var (status, problem) = await pep.PostAsync(
            "evaluation", Pep.Question(subject, action, resource, properties, null, ofAction, context));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(place, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_are_read_by_the_schema()
    {
        await using var pep = await Pep.StartAsync(
            "permit (principal, action, resource) when { context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\")) };", Schema);

        Assert.True(await pep.DecideAsync(Pep.Question("user/a", "read", "record/r", context: """{"ip":"10.1.2.3"}""")));
        Assert.False(await pep.DecideAsync(Pep.Question("user/a", "read", "record/r", context: """{"ip":"11.1.2.3"}""")));
    }

    [Fact]
    public async Task The_shipped_policy_is_valid_by_the_shipped_schema()
    {
        await using var pep = await Pep.StartAsync(PolicyFiles.ShippedPolicy, """
            action READ appliesTo { principal: [Identity, Account], resource: [Resource, Secret] };
            """);

        Assert.True(await pep.DecideAsync(Pep.Question("identity/dana", "READ", "resource/app/resource/ledger")));
    }

    [Fact]
    public async Task Entities_that_the_graph_answers_for_are_refused()
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);", entities: "[]");
        pep.Host.Write("entities.json", """[{"uid":{"type":"Group","id":"dir/group/pay"},"attrs":{},"parents":[]}]""");

        var refused = await pep.Host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Contains("LS6081", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    private static async Task<List<string>> DigestsAsync(Pep pep, string kind)
    {
        var found = new List<string>();
        await foreach (var entry in pep.Host.Host.Ledger.ReadAsync(0, CancellationToken.None))
        {
            if (entry.Kind == kind)
            {
                found.Add(entry.Payload.GetProperty("digest").GetString()!);
            }
        }

        return found;
    }
}
