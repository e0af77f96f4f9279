using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Server.Config;
using Lockstep.Server.Tests.Api;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>A policy enforcement point: a real host with the given policies, and questions to it over HTTP.</summary>
internal sealed class Pep : IAsyncDisposable
{
    private Pep(TestHost host, HttpClient http) => (Host, Http) = (host, http);

    public TestHost Host { get; }

    public HttpClient Http { get; }

    public static async Task<Pep> StartAsync(
        string? policies = null, string? schema = null, string? entities = null, Func<PolicyConfig, PolicyConfig>? with = null)
    {
        var host = await TestHost.StartAsync(h =>
        {
            var config = new PolicyConfig
            {
                Files = policies is null ? [] : [h.Write("rules.cedar", policies)],
                Schema = schema is null ? null : h.Write("rules.cedarschema", schema),
                Entities = entities is null ? null : h.Write("entities.json", entities),
            };
            return with?.Invoke(config) ?? config;
        });
        return new(host, await host.HttpAsync("viewer"));
    }

    public static string Question(
        string subject, string action, string resource, string? subjectProperties = null, string? resourceProperties = null,
        string? actionProperties = null, string? context = null) => new JsonObject
        {
            ["subject"] = Entity(subject, subjectProperties),
            ["action"] = new JsonObject { ["name"] = action, ["properties"] = Json(actionProperties) },
            ["resource"] = Entity(resource, resourceProperties),
            ["context"] = Json(context),
        }.ToJsonString();

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body, string contentType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await Http.PostAsync(new Uri($"/access/v1/{path}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    public async Task<JsonElement> AskAsync(string path, string body)
    {
        var (status, answer) = await PostAsync(path, body);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {answer}");
        return answer;
    }

    public async Task<bool> DecideAsync(string question) => (await AskAsync("evaluation", question)).GetProperty("decision").GetBoolean();

    /// <summary>Gives everything that a search finds, page by page.</summary>
    public async Task<IReadOnlyList<string>> SearchAsync(string what, string body, int limit = 1_000)
    {
        var found = new List<string>();
        for (var token = string.Empty; ;)
        {
            var request = JsonNode.Parse(body)!.AsObject();
            request["page"] = new JsonObject { ["limit"] = limit, ["token"] = token };
            var answer = await AskAsync($"search/{what}", request.ToJsonString());
            found.AddRange(answer.GetProperty("results").EnumerateArray().Select(
                r => r.GetProperty(what == "action" ? "name" : "id").GetString()!));
            token = answer.GetProperty("page").GetProperty("next_token").GetString()!;
            if (token.Length == 0)
            {
                return found;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
    }

    private static JsonObject Entity(string typeAndId, string? properties)
    {
        var parts = typeAndId.Split('/', 2);
        return new() { ["type"] = parts[0], ["id"] = parts[1], ["properties"] = Json(properties) };
    }

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}
