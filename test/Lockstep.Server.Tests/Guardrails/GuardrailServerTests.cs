using Lockstep.Client;
using Lockstep.Server.Config;
using Lockstep.Server.Tests.Api;
using Lockstep.Server.Workers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Guardrails;

/// <summary>Guardrails over the small company, by the API: states, findings, files that are wrong, and what would be.</summary>
public sealed class GuardrailServerTests : IAsyncLifetime
{
    private const string Head = "@owner(\"kim.two@acme.example\") @severity(\"critical\") @controls(\"sod-conflict\")";

    /// <summary>Dana reads a secret whose password belongs to a service that approves; she receives by her own group.</summary>
    private const string Toxic = $$"""
        @id("toxic") {{Head}} @about("Nobody both approves and receives payments")
        @part("approves") forbid (principal is Identity, action == Action::"APPROVE", resource);
        @part("receives") forbid (principal is Identity, action == Action::"RECEIVE", resource);
        """;

    private static readonly string[] Vault =
    [
        """{"node":{"id":"app/secret/pw","name":"payments password"}}""",
        """{"node":{"id":"app/credential/pw","name":"password of payments_app"}}""",
        """{"node":{"id":"app/account/svc","name":"payments_app","attributes":{"tokenAccount":"true"}}}""",
        """{"link":{"from":"dir/group/pay","kind":"reads","to":"app/secret/pw","evidence":"acl"}}""",
        """{"link":{"from":"app/secret/pw","kind":"contains","to":"app/credential/pw","evidence":"metadata"}}""",
        """{"link":{"from":"app/credential/pw","kind":"authenticatesAs","to":"app/account/svc","evidence":"password"}}""",
        """{"link":{"from":"app/account/svc","kind":"permits","to":"app/resource/ledger","action":"APPROVE","evidence":"grant"}}""",
        """{"link":{"from":"dir/group/pay","kind":"permits","to":"app/resource/ledger","action":"RECEIVE","evidence":"grant"}}""",
    ];

    private TestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(h => new PolicyConfig { Guardrails = [h.Write("toxic.cedar", Toxic)] });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_violation_through_a_secret_is_a_finding_with_its_chains_and_goes_when_the_access_goes()
    {
        Assert.Equal("holds", (await TheOneAsync()).State);
        await AddAsync(Vault);

        var guardrail = await TheOneAsync();
        var violation = Assert.Single(guardrail.Violations);
        var (approves, receives) = (violation.Accesses[0], violation.Accesses[1]);
        Assert.Equal(("violated", "dana", 2), (guardrail.State, violation.Principal.Name, violation.Found));
        Assert.Equal(("approves", false, "password of payments_app"), (approves.Part, approves.IsDirect, approves.Chain!.Credential!.Name));
        Assert.Equal(
            ["represents", "memberOf", "reads", "contains", "authenticatesAs", "permits"], approves.Chain.Links.Select(l => l.Kind));
        Assert.Equal(("receives", true), (receives.Part, receives.IsDirect));
        Assert.Equal("kim", guardrail.OwnerNode?.Name);

        var finding = Assert.Single(await FindingsAsync());
        Assert.Equal(("critical", "kim", "guardrail-violated@dir/identity/1+toxic"), (finding.Severity, finding.Owner?.Name, finding.Id));
        Assert.Contains("with `password of payments_app`", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("nist_800_53_r5: AC-5", finding.Controls);
        Assert.Equal(7, finding.Evidence.Count);
        await TrackAsync();
        Assert.Contains("guardrail-violated@dir/identity/1+toxic", await EntriesAsync("finding.opened"));

        _host.RemoveFact("app", "\"reads\"");
        await _host.Admin.ObserveAsync(new ObserveRequest(["app"]), CancellationToken.None);

        Assert.Equal("holds", (await TheOneAsync()).State);
        Assert.Empty(await FindingsAsync());
        await TrackAsync();
        Assert.Contains("guardrail-violated@dir/identity/1+toxic", await EntriesAsync("finding.closed"));
    }

    [Fact]
    public async Task What_cannot_be_seen_is_unknown_and_never_held()
    {
        Directory.Delete(Path.Combine(_host.Folder, "dir"), recursive: true);
        await _host.Admin.ObserveAsync(new ObserveRequest(["dir"]), CancellationToken.None);

        var guardrail = await TheOneAsync();

        Assert.Equal("unknown", guardrail.State);
        Assert.Contains(guardrail.Unknown, u => u.StartsWith("dir is known as of", StringComparison.Ordinal));
        Assert.False((await _host.Admin.GuardrailsAsync(CancellationToken.None)).Holds());
    }

    [Fact]
    public async Task A_guardrail_that_cannot_be_evaluated_does_not_hold()
    {
        _host.Write("toxic.cedar", $$"""
            @id("overflows") {{Head}} @about("no") forbid (principal is Identity, action, resource)
            when { 9223372036854775807 + (if context.direct then 1 else 1) > 0 };
            """);
        await _host.Admin.ReloadGuardrailsAsync(CancellationToken.None);

        var guardrail = await TheOneAsync();

        Assert.Equal("unknown", guardrail.State);
        Assert.Contains(guardrail.Unknown, u => u.Contains("does not fit 64 bits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_are_wrong_never_replace_the_guardrails_that_run()
    {
        await AddAsync(Vault);
        var before = await _host.Admin.GuardrailsAsync(CancellationToken.None);
        _host.Write("toxic.cedar", "permit (principal, action, resource);");

        var refused = await _host.Admin.ReloadGuardrailsAsync(CancellationToken.None);

        Assert.Equal(before.Digest, refused.Digest);
        Assert.Contains(refused.Problems, p => p.Contains("toxic.cedar:1:1: LS6092", StringComparison.Ordinal));
        Assert.Equal("violated", (await TheOneAsync()).State);
        _host.Write("toxic.cedar", Toxic.Replace("APPROVE", "SIGN", StringComparison.Ordinal));
        var good = await _host.Admin.ReloadGuardrailsAsync(CancellationToken.None);
        Assert.Empty(good.Problems);
        Assert.Equal("holds", Assert.Single(good.Guardrails).State);
        Assert.Equal(2, (await EntriesAsync("guardrails.loaded", "digest")).Count);
        Assert.Single(await EntriesAsync("guardrails.refused", "digest"));
    }

    [Fact]
    public async Task A_server_does_not_start_with_guardrails_that_cannot_run()
    {
        await _host.EndAsync();
        _host.Policy = new PolicyConfig { Guardrails = [_host.Write("bad.cedar", "forbid (principal, action);"), Path.Combine(_host.Folder, "gone.cedar")] };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(_host.BeginAsync);
        _host.Policy = new();
        await _host.BeginAsync();

        Assert.Contains("LS6090", refused.Message, StringComparison.Ordinal);
        Assert.Contains("bad.cedar:1:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("gone.cedar", refused.Message, StringComparison.Ordinal);
        Assert.False((await _host.Admin.GuardrailsAsync(CancellationToken.None)).Holds(), "without guardrails nothing is checked, and so nothing holds");
        Assert.Equal("LS6096", (await Assert.ThrowsAsync<ApiException>(() => WhatIfAsync("app", replaces: false))).Problem.Code);
    }

    [Fact]
    public async Task What_if_says_what_a_change_would_violate_and_writes_nothing()
    {
        var size = await _host.Host.Ledger.ReadAsync(0, CancellationToken.None).CountAsync(CancellationToken.None);
        var added = await WhatIfAsync("app", replaces: false, Vault);

        var violation = Assert.Single(added.Added);
        Assert.Equal(("toxic", "dana", 2), (violation.Guardrail, violation.Principal.Name, violation.Found));
        Assert.Contains(violation.Accesses[0].Chain!.Links, l => l.Kind == "reads");
        Assert.Empty(added.Ended);
        Assert.Equal(size, await _host.Host.Ledger.ReadAsync(0, CancellationToken.None).CountAsync(CancellationToken.None));
        Assert.Equal("holds", (await TheOneAsync()).State);

        await AddAsync(Vault);
        Assert.Empty((await WhatIfAsync("app", replaces: false, Vault)).Added);
        var replaced = await WhatIfAsync("app", replaces: true, Vault[..3]);
        Assert.Equal(("toxic", 0), (Assert.Single(replaced.Ended).Guardrail, replaced.Added.Count));
        Assert.Equal("violated", (await TheOneAsync()).State);
    }

    [Fact]
    public async Task What_if_names_the_lines_that_are_wrong()
    {
        var answer = await WhatIfAsync("app", replaces: false, Vault[0], "{\"link\":{}}", Vault[0], """{"node":{"id":"dir/group/x"}}""");

        Assert.Equal(
            ["change.jsonl:2: LS1102", "change.jsonl:3: LS1107", "change.jsonl:4: LS1106"], answer.Problems.Select(p => p[..p.IndexOf(": ", 17, StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task The_past_is_asked_by_the_guardrails_of_now()
    {
        var before = DateTimeOffset.UtcNow;
        await AddAsync(Vault);
        using var http = await _host.HttpAsync("viewer");

        var then = await http.GetStringAsync(new Uri($"v1/guardrails?asOf={Uri.EscapeDataString(before.ToString("O"))}", UriKind.Relative));

        Assert.Contains("\"state\":\"holds\"", then, StringComparison.Ordinal);
        Assert.Equal("violated", (await TheOneAsync()).State);
    }

    private Task<WhatIfAnswer> WhatIfAsync(string system, bool replaces, params string[] lines) =>
        _host.Admin.WhatIfAsync(new(system, replaces, [new("change.jsonl", string.Join('\n', lines))]), CancellationToken.None);

    private async Task<GuardrailView> TheOneAsync() => Assert.Single((await _host.Admin.GuardrailsAsync(CancellationToken.None)).Guardrails);

    private async Task AddAsync(IEnumerable<string> lines)
    {
        await File.AppendAllLinesAsync(Path.Combine(_host.Folder, "app", "facts.jsonl"), lines);
        await _host.Admin.ObserveAsync(new ObserveRequest(["app"]), CancellationToken.None);
    }

    private async Task<List<FindingView>> FindingsAsync() =>
        [.. (await _host.Admin.FindingsAsync(null, CancellationToken.None)).Findings.Where(f => f.Kind == "guardrail-violated")];

    private async Task TrackAsync()
    {
        var tracker = ActivatorUtilities.CreateInstance<FindingTracker>(_host.Host.Services);
        await tracker.TrackAsync(_host.Host.Services.GetRequiredService<EstateHolder>().Current, CancellationToken.None);
    }

    private async Task<List<string>> EntriesAsync(string kind, string member = "id")
    {
        var found = new List<string>();
        await foreach (var entry in _host.Host.Ledger.ReadAsync(0, CancellationToken.None))
        {
            if (entry.Kind == kind)
            {
                found.Add(entry.Payload.GetProperty(member).GetString()!);
            }
        }

        return found;
    }
}
