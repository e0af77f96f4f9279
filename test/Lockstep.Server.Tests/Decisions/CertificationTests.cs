using System.Net;
using System.Text.Json;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>The scenario of AuthZEN's certification: Basic, Batch, Search and Discovery. One host for all.</summary>
public sealed class CertificationTests : IAsyncLifetime
{
    private const string Policies = """
        @id("read")
        permit (principal is user, action == Action::"read", resource is record);
        @id("write-active")
        permit (principal is user, action == Action::"write", resource is record)
        when { !(principal has role) && resource.status == "active" };
        @id("write-archived")
        permit (principal is user, action == Action::"write", resource is record)
        when { principal has role && principal.role == "admin" && resource.status == "archived" };
        @id("delete-softly")
        permit (principal is user, action == Action::"delete", resource is record)
        when { context has action && context.action has soft && context.action.soft };
        """;

    private const string Entities = """
        [{"uid":{"type":"user","id":"alice"},"attrs":{},"parents":[]},
         {"uid":{"type":"user","id":"bob"},"attrs":{"role":"admin"},"parents":[]},
         {"uid":{"type":"record","id":"record-1"},"attrs":{"status":"active"},"parents":[]},
         {"uid":{"type":"record","id":"record-2"},"attrs":{"status":"archived"},"parents":[]}]
        """;

    private Pep _pep = null!;

    public async ValueTask InitializeAsync() => _pep = await Pep.StartAsync(Policies, entities: Entities);

    public ValueTask DisposeAsync() => _pep.DisposeAsync();

    public static TheoryData<string, string, string, string?, string?, string?, bool> Cases => new()
    {
        { "alice", "read", "record-1", null, null, null, true },
        { "alice", "write", "record-1", null, null, null, true },
        { "bob", "read", "record-1", null, null, null, true },
        { "bob", "write", "record-1", null, null, null, false },
        { "alice", "write", "record-2", null, """{"status":"archived"}""", null, false },
        { "bob", "write", "record-2", """{"role":"admin"}""", """{"status":"archived"}""", null, true },
        { "alice", "delete", "record-1", null, null, """{"soft":true}""", true },
        { "alice", "delete", "record-1", null, null, """{"soft":false}""", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Basic(
        string subject, string action, string resource, string? ofSubject, string? ofResource, string? ofAction, bool expected)
    {
        var question = Pep.Question($"user/{subject}", action, $"record/{resource}", ofSubject, ofResource, ofAction);

        Assert.Equal(expected, await _pep.DecideAsync(question));
        Assert.Equal(expected, await _pep.DecideAsync(question));
        var (_, single) = await _pep.PostAsync("evaluations", question);
        Assert.Equal(expected, single.GetProperty("decision").GetBoolean());
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("action")]
    [InlineData("resource")]
    [InlineData("subject.type")]
    [InlineData("subject.id")]
    [InlineData("action.name")]
    [InlineData("resource.type")]
    [InlineData("resource.id")]
    public async Task A_missing_or_ill_typed_member_is_400_and_named(string member)
    {
        var question = Pep.Question("user/alice", "read", "record/record-1");
        foreach (var wrong in new string?[] { null, "5", "[]", "true" })
        {
            var body = System.Text.Json.Nodes.JsonNode.Parse(question)!.AsObject();
            var path = member.Split('.');
            var at = path.Length == 1 ? body : body[path[0]]!.AsObject();
            at[path[^1]] = wrong is null ? null : System.Text.Json.Nodes.JsonNode.Parse(wrong);
            if (wrong is null)
            {
                at.Remove(path[^1]);
            }

            var (status, problem) = await _pep.PostAsync("evaluation", body.ToJsonString());
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.StartsWith($"{member}: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("{", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("\"x\"", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData(null, "text/plain")]
    [InlineData(null, "application/xml")]
    [InlineData(null, "")]
    [InlineData(null, "application/json; charset=iso-8859-1")]
    public async Task What_is_not_a_json_question_is_400(string? body, string contentType)
    {
        foreach (var path in new[] { "evaluation", "evaluations", "search/subject", "search/resource", "search/action" })
        {
            var (status, problem) = await _pep.PostAsync(
                path, body ?? Pep.Question("user/alice", "read", "record/record-1"), contentType);

            Assert.Equal((HttpStatusCode.BadRequest, "LS3021"), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=\"UTF-8\"")]
    public async Task Json_in_utf8_may_say_so(string contentType) => Assert.Equal(
        HttpStatusCode.OK, (await _pep.PostAsync("evaluation", Pep.Question("user/alice", "read", "record/record-1"), contentType)).Status);

    [Fact]
    public async Task Unknown_members_are_ignored() => Assert.True(await _pep.DecideAsync(
        """{"subject":{"type":"user","id":"alice","colour":1},"action":{"name":"read","x":null},"resource":{"type":"record","id":"record-1"},"z":[]}"""));

    [Fact]
    public async Task The_request_id_comes_back_with_every_answer()
    {
        using var nobody = await _pep.Host.HttpAsync(role: null);
        foreach (var (http, body, status) in new[]
        {
            (_pep.Http, Pep.Question("user/alice", "read", "record/record-1"), HttpStatusCode.OK),
            (_pep.Http, "{", HttpStatusCode.BadRequest),
            (nobody, "{}", HttpStatusCode.Unauthorized),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation")
            {
                Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("X-Request-ID", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716");
            using var response = await http.SendAsync(request);

            Assert.Equal(status, response.StatusCode);
            Assert.Equal("bfe9eb29-ab87-4ca3-be83-a1d5d8305716", Assert.Single(response.Headers.GetValues("X-Request-ID")));
            Assert.Equal(status == HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.Count > 0);
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_is_refused(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/access/v1/evaluation");
        using var response = await _pep.Http.SendAsync(request);

        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_batch_takes_what_an_item_leaves_out_from_the_defaults_and_replaces_whole_objects()
    {
        var answer = await _pep.AskAsync("evaluations", """
            {"subject":{"type":"user","id":"bob","properties":{"role":"admin"}},"action":{"name":"write"},
             "resource":{"type":"record","id":"record-9","properties":{"status":"archived"}},
             "evaluations":[{},
                {"resource":{"type":"record","id":"record-9"}},
                {"subject":{"type":"user","id":"carol"}},
                {"action":{"name":"read"}},
                {"resource":{"type":"record"}},
                {"action":{"name":"delete","properties":{"soft":true}}}]}
            """);

        Assert.Equal([true, false, false, true, false, true], Decisions(answer));
        Assert.False(answer.TryGetProperty("decision", out _));
        var error = answer.GetProperty("evaluations")[4].GetProperty("context").GetProperty("error");
        Assert.Equal(400, error.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("execute_all", new[] { true, false, true, false })]
    [InlineData("deny_on_first_deny", new[] { true, false })]
    [InlineData("permit_on_first_permit", new[] { true })]
    public async Task A_batch_ends_with_the_item_that_decides(string semantic, bool[] expected)
    {
        var answer = await _pep.AskAsync("evaluations", $$$"""
            {"subject":{"type":"user","id":"alice"},"action":{"name":"write"},"options":{"evaluations_semantic":"{{{semantic}}}" },
             "evaluations":[{"resource":{"type":"record","id":"record-1"}},{"resource":{"type":"record","id":"record-2"}},
                {"resource":{"type":"record","id":"record-1"}},{}]}
            """);

        Assert.Equal(expected, Decisions(answer));
    }

    [Theory]
    [InlineData("""{"evaluations":[{}],"options":{"evaluations_semantic":"sometimes"}}""")]
    [InlineData("""{"evaluations":{},"subject":{"type":"user","id":"a"}}""")]
    [InlineData("""{"evaluations":[{}],"subject":"alice"}""")]
    [InlineData("""{"evaluations":[{}],"options":[]}""")]
    [InlineData("""{"evaluations":[]}""")]
    public async Task A_bad_envelope_is_400_for_all(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _pep.PostAsync("evaluations", body)).Status);

    [Fact]
    public async Task A_batch_without_items_is_one_question()
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(Pep.Question("user/alice", "write", "record/record-1"))!.AsObject();
        body["evaluations"] = new System.Text.Json.Nodes.JsonArray();

        Assert.True((await _pep.AskAsync("evaluations", body.ToJsonString())).GetProperty("decision").GetBoolean());
    }

    [Theory]
    [InlineData("subject", """{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}""", "alice,bob")]
    [InlineData("subject", """{"subject":{"type":"user","id":"ignored"},"action":{"name":"write"},"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}}""", "bob")]
    [InlineData("resource", """{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record"}}""", "record-1,record-2")]
    [InlineData("resource", """{"subject":{"type":"user","id":"bob","properties":{"role":"admin"}},"action":{"name":"write"},"resource":{"type":"record"}}""", "record-2")]
    [InlineData("action", """{"subject":{"type":"user","id":"alice"},"resource":{"type":"record","id":"record-1"}}""", "read,write")]
    [InlineData("action", """{"subject":{"type":"user","id":"bob","properties":{"role":"admin"}},"resource":{"type":"record","id":"record-2","properties":{"status":"archived"}}}""", "read,write")]
    [InlineData("subject", """{"subject":{"type":"robot"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}""", "")]
    [InlineData("resource", """{"subject":{"type":"user","id":"nobody"},"action":{"name":"read"},"resource":{"type":"photo"}}""", "")]
    [InlineData("action", """{"subject":{"type":"robot","id":"r2"},"resource":{"type":"record","id":"record-1"}}""", "")]
    public async Task A_search_finds_what_evaluates_to_true_on_any_page_size(string what, string body, string expected)
    {
        foreach (var limit in new[] { 1, 2, 1_000 })
        {
            Assert.Equal(expected, string.Join(',', await _pep.SearchAsync(what, body, limit)));
        }
    }

    [Fact]
    public async Task A_token_of_another_query_is_refused()
    {
        const string Read = """{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"},"page":{"limit":1}}""";
        var token = (await _pep.AskAsync("search/subject", Read)).GetProperty("page").GetProperty("next_token").GetString();

        foreach (var wrong in new[] { token!, "x", "%%", "AAAA" })
        {
            var body = Read.Replace("read", "write", StringComparison.Ordinal)
                .Replace("\"limit\":1", $"\"token\":\"{wrong}\"", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.BadRequest, (await _pep.PostAsync("search/subject", body)).Status);
        }
    }

    [Theory]
    [InlineData("subject", """{"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}""")]
    [InlineData("subject", """{"subject":{},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}""")]
    [InlineData("subject", """{"subject":{"type":"user"},"resource":{"type":"record","id":"record-1"}}""")]
    [InlineData("resource", """{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record"}}""")]
    [InlineData("action", """{"subject":{"type":"user","id":"alice"}}""")]
    [InlineData("action", """{"subject":{"type":"user","id":"a"},"resource":{"type":"record","id":"r"},"page":{"limit":0}}""")]
    public async Task A_search_that_cannot_be_read_is_400(string what, string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _pep.PostAsync($"search/{what}", body)).Status);

    [Fact]
    public async Task Discovery_names_every_endpoint_and_needs_no_token()
    {
        using var nobody = await _pep.Host.HttpAsync(role: null);

        var found = JsonDocument.Parse(
            await nobody.GetStringAsync(new Uri("/.well-known/authzen-configuration", UriKind.Relative))).RootElement;

        Assert.Equal("https://pdp.acme.example", found.GetProperty("policy_decision_point").GetString());
        foreach (var endpoint in new[] { "access_evaluation", "access_evaluations", "search_subject", "search_resource", "search_action" })
        {
            var address = found.GetProperty($"{endpoint}_endpoint").GetString()!;
            Assert.StartsWith("https://pdp.acme.example/access/v1/", address, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.BadRequest, (await _pep.PostAsync(address["https://pdp.acme.example/access/v1/".Length..], "{}")).Status);
        }
    }

    private static IEnumerable<bool> Decisions(JsonElement answer) =>
        answer.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("decision").GetBoolean());
}
