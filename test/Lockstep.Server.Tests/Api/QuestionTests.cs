using System.Net;
using System.Text;
using System.Text.Json;
using Lockstep.Client;
using Xunit;

namespace Lockstep.Server.Tests.Api;

public class QuestionTests
{
    [Fact]
    public async Task Access_who_can_and_explain_agree()
    {
        await using var host = await TestHost.StartAsync();

        var access = await host.Admin.AccessAsync("dana", null, CancellationToken.None);
        var who = await host.Admin.WhoCanAsync("read", "ledger", null, CancellationToken.None);
        var explained = await host.Admin.ExplainAsync("dana@acme.example", "READ", "app/resource/ledger", null, CancellationToken.None);
        var cannot = await host.Admin.ExplainAsync("dana", "WRITE", "ledger", null, CancellationToken.None);

        Assert.Equal("READ", Assert.Single(access.Access.Chains).Action);
        Assert.Equal(access.Identity.Id, Assert.Single(who.Access.Chains).Start.Id);
        Assert.True(explained.Holds && explained.Access.IsComplete);
        Assert.Equal(["represents", "memberOf", "permits"], explained.Access.Chains[0].Links.Select(l => l.Kind));
        Assert.False(cannot.Holds);
    }

    [Fact]
    public async Task What_a_node_reaches_what_reaches_it_and_where_that_is_narrow_agree()
    {
        await using var host = await TestHost.StartAsync();

        var blast = await host.Admin.BlastRadiusAsync("dana", null, CancellationToken.None);
        var exposure = await host.Admin.ExposureAsync("ledger", null, CancellationToken.None);
        var narrow = await host.Admin.ChokePointsAsync("read", "ledger", null, CancellationToken.None);
        var shown = await host.Admin.BlastRadiusAsync("dana", null, CancellationToken.None, nodesMax: 1);

        Assert.Equal(3, blast.Found);
        Assert.Contains(blast.Nodes, n => n.Node.Id == "app/resource/ledger" && n.Depth == 3);
        Assert.Contains(exposure.Nodes, n => n.Node.Id == blast.Node.Id && n.Depth == 3);
        // Somebody else reaches the ledger by another action.
        Assert.Equal(2, exposure.ByKind["identity"]);
        Assert.Equal((3, 1), (shown.Found, shown.Nodes.Count));
        Assert.Equal([1, 1, 1], narrow.ChokePoints.Select(p => p.Identities));
        Assert.Equal(["memberOf", "permits", "represents"], narrow.ChokePoints.Select(p => p.Links[0].Kind).Order(StringComparer.Ordinal));
        Assert.True(blast.IsComplete && exposure.IsComplete && narrow.IsComplete);
    }

    [Fact]
    public async Task Explain_shows_as_many_chains_as_asked_for_and_says_that_there_may_be_more()
    {
        await using var host = await TestHost.StartAsync();

        var all = await host.Admin.ExplainAsync("dana", "read", "ledger", null, CancellationToken.None, chains: 5);
        var one = await host.Admin.ExplainAsync("dana", "read", "ledger", null, CancellationToken.None, chains: 1);
        var none = await Assert.ThrowsAsync<ApiException>(
            () => host.Admin.ExplainAsync("dana", "read", "ledger", null, CancellationToken.None, chains: 0));

        Assert.Equal((1, false), (all.Access.Chains.Count, all.MayHaveMore));
        Assert.Equal((1, true), (one.Access.Chains.Count, one.MayHaveMore));
        Assert.Equal(("LS3019", 400), (none.Problem.Code, none.Status));
    }

    [Fact]
    public async Task An_ambiguous_name_lists_the_choices_and_an_unknown_one_says_so()
    {
        await using var host = await TestHost.StartAsync();

        var several = await Assert.ThrowsAsync<ApiException>(() => host.Admin.AccessAsync("kim", null, CancellationToken.None));
        var nobody = await Assert.ThrowsAsync<ApiException>(() => host.Admin.AccessAsync("zoe", null, CancellationToken.None));

        Assert.Equal(("LS3005", 409, 2), (several.Problem.Code, several.Status, several.Problem.Choices?.Count));
        Assert.Equal(("LS3004", 404), (nobody.Problem.Code, nobody.Status));
    }

    [Fact]
    public async Task A_past_instant_is_answered_from_what_was_known_then()
    {
        await using var host = await TestHost.StartAsync();
        await Task.Delay(50);
        var before = DateTimeOffset.UtcNow;
        await Task.Delay(50);

        host.RemoveFact("dir", "memberOf");
        await host.Admin.ObserveAsync(new ObserveRequest(), CancellationToken.None);

        Assert.Empty((await host.Admin.AccessAsync("dana", null, CancellationToken.None)).Access.Chains);
        Assert.Single((await host.Admin.AccessAsync("dana", before, CancellationToken.None)).Access.Chains);
        var beforeAnything = await Assert.ThrowsAsync<ApiException>(
            () => host.Admin.AccessAsync("dana", before.AddYears(-1), CancellationToken.None));
        Assert.Equal("LS3004", beforeAnything.Problem.Code);
    }

    [Fact]
    public async Task An_open_session_of_somebody_disabled_is_residual()
    {
        await using var host = await TestHost.StartAsync();

        var residual = (await host.Admin.ResidualAsync("lee", null, CancellationToken.None)).Residual;

        Assert.Contains(residual, r => r.Chain.Action == "WRITE");
    }

    [Fact]
    public async Task State_after_a_restart_is_what_it_was()
    {
        await using var host = await TestHost.StartAsync();
        var before = await host.Admin.SystemsAsync(null, CancellationToken.None);
        await host.EndAsync();
        host.RemoveFact("dir", "memberOf");

        await host.BeginAsync();

        var after = await host.Admin.SystemsAsync(null, CancellationToken.None);
        Assert.Equal(before.Counts, after.Counts);
        Assert.Equal(before.Systems.Select(s => s.ObservedAt), after.Systems.Select(s => s.ObservedAt));
        Assert.Single((await host.Admin.AccessAsync("dana", null, CancellationToken.None)).Access.Chains);
        Assert.True((await host.Admin.VerifyLedgerAsync(new VerifyLedger(), CancellationToken.None)).Holds);
    }

    [Fact]
    public async Task A_broken_listing_retracts_nothing_and_says_so()
    {
        await using var host = await TestHost.StartAsync();
        Directory.Delete(Path.Combine(host.Folder, "app"), recursive: true);

        var look = Assert.Single((await host.Admin.ObserveAsync(new ObserveRequest(["app"]), CancellationToken.None)).Systems);
        var access = (await host.Admin.AccessAsync("dana", null, CancellationToken.None)).Access;

        Assert.False(look.IsComplete);
        Assert.Equal(0, look.Retracted);
        Assert.Contains(access.NotSeen, n => n.StartsWith("app:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"identity":"dana","reason":"r","colour":"red"}""", 400)]
    [InlineData("""{"identity":"dana"}""", 400)]
    [InlineData("""{"identity":"dana","reason":""}""", 400)]
    [InlineData("""{"identity":"dana","reason":"r","cause":"whim"}""", 400)]
    [InlineData("""{"identity":5}""", 400)]
    [InlineData("not json", 400)]
    public async Task What_cannot_be_read_is_refused_with_a_code(string body, int status)
    {
        await using var host = await TestHost.StartAsync();
        using var http = await host.HttpAsync("operator");

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri("/v1/cases", UriKind.Relative), content);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("LS3003", problem.GetProperty("code").GetString());
        Assert.Empty((await host.Admin.CasesAsync(CancellationToken.None)).Cases);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await using var host = await TestHost.StartAsync();
        using var http = await host.HttpAsync("operator");

        using var content = new StringContent($$"""{"identity":"{{new string('a', 70_000)}}","reason":"r"}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri("/v1/cases", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_case_is_streamed_to_its_end_and_certified()
    {
        await using var host = await TestHost.StartAsync();
        var opened = await host.Admin.OpenCaseAsync(new OpenCase("dana", "a test"), CancellationToken.None);
        var pictures = new List<CaseDetail>();

        await foreach (var picture in host.Admin.WatchCaseAsync(opened.Case.Id, CancellationToken.None))
        {
            pictures.Add(picture);
        }

        // Facts files cannot be cut: the honest end is that access is left.
        Assert.NotEqual("verified", pictures[^1].Case.State);
        Assert.NotEmpty(pictures[^1].Uncut);
        var outcome = Revocation.CertificateVerifier.Verify(
            await host.Admin.CertificateAsync(opened.Case.Id, CancellationToken.None), null);
        Assert.IsType<Revocation.CertificateOutcome.Holds>(outcome);
    }

    [Fact]
    public async Task The_openapi_document_is_3_1_and_names_every_path()
    {
        await using var host = await TestHost.StartAsync();
        using var http = await host.HttpAsync(role: null);

        var document = JsonDocument.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))).RootElement;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        Assert.Superset(
            new HashSet<string> { "/v1/systems", "/v1/observe", "/v1/access/{identity}", "/v1/who-can", "/v1/explain", "/v1/residual",
                "/v1/findings" },
            paths.ToHashSet());
        Assert.Contains("/v1/cases/{id}/certificate", paths);
    }
}
