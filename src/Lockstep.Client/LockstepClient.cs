using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Client;

/// <summary>Asks a Lockstep server. Every member throws <see cref="ApiException"/> when the server says no or cannot be reached.</summary>
/// <threadsafety>Any number of threads may ask at the same time.</threadsafety>
public sealed class LockstepClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Begins with an address and a token.</summary>
    /// <param name="address">The server's address, such as <c>http://127.0.0.1:7811</c>.</param>
    /// <param name="token">A bearer token, or <see langword="null"/> for what needs none.</param>
    /// <param name="handler">What carries the calls; the default is the system's own.</param>
    public LockstepClient(Uri address, string? token, HttpMessageHandler? handler = null)
    {
        _http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: handler is null)
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(10),
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Asks whether the server is up; needs no token.</summary>
    public Task<HealthView> HealthAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/health", WireJson.Default.HealthView, cancellationToken);

    /// <summary>Asks for the systems and counts.</summary>
    public Task<EstateView> SystemsAsync(DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        GetAsync($"v1/systems{Query(("asOf", Text(asOf)))}", WireJson.Default.EstateView, cancellationToken);

    /// <summary>Looks at systems now, and answers when all have been looked at.</summary>
    public Task<ObserveAnswer> ObserveAsync(ObserveRequest request, CancellationToken cancellationToken) =>
        PostAsync("v1/observe", request, WireJson.Default.ObserveRequest, WireJson.Default.ObserveAnswer, cancellationToken);

    /// <summary>Asks what an identity can do.</summary>
    public Task<AccessAnswer> AccessAsync(
        string identity, DateTimeOffset? asOf, CancellationToken cancellationToken, int? chainsMax = null) =>
        GetAsync(
            $"v1/access{Query(("identity", identity), ("asOf", Text(asOf)), ("max", Text(chainsMax)))}",
            WireJson.Default.AccessAnswer,
            cancellationToken);

    /// <summary>Cuts canaries now and measures; answers when they are refused, which may take minutes.</summary>
    public Task<CanaryAnswer> RunCanariesAsync(CanaryRequest request, CancellationToken cancellationToken) =>
        PostAsync("v1/canaries", request, WireJson.Default.CanaryRequest, WireJson.Default.CanaryAnswer, cancellationToken);

    /// <summary>Asks who can do something.</summary>
    public Task<WhoCanAnswer> WhoCanAsync(
        string action, string resource, DateTimeOffset? asOf, CancellationToken cancellationToken, int? chainsMax = null) =>
        GetAsync(
            $"v1/who-can{Query(("action", action), ("resource", resource), ("asOf", Text(asOf)), ("max", Text(chainsMax)))}",
            WireJson.Default.WhoCanAnswer,
            cancellationToken);

    /// <summary>Asks whether and how an identity can do something.</summary>
    public Task<ExplainAnswer> ExplainAsync(
        string identity, string action, string resource, DateTimeOffset? asOf, CancellationToken cancellationToken, int? chains = null) =>
        GetAsync(
            $"v1/explain{Query(("identity", identity), ("action", action), ("resource", resource), ("asOf", Text(asOf)), ("chains", Text(chains)))}",
            WireJson.Default.ExplainAnswer,
            cancellationToken);

    /// <summary>Asks what a node reaches: what is at stake if its holder is hostile.</summary>
    public Task<ReachAnswer> BlastRadiusAsync(string node, DateTimeOffset? asOf, CancellationToken cancellationToken, int? nodesMax = null) =>
        GetAsync(
            $"v1/blast-radius{Query(("node", node), ("asOf", Text(asOf)), ("max", Text(nodesMax)))}", WireJson.Default.ReachAnswer, cancellationToken);

    /// <summary>Asks what reaches a node.</summary>
    public Task<ReachAnswer> ExposureAsync(string node, DateTimeOffset? asOf, CancellationToken cancellationToken, int? nodesMax = null) =>
        GetAsync(
            $"v1/exposure{Query(("node", node), ("asOf", Text(asOf)), ("max", Text(nodesMax)))}", WireJson.Default.ReachAnswer, cancellationToken);

    /// <summary>Asks where access to an action on a resource is narrow: which links most identities depend on.</summary>
    public Task<ChokePointsAnswer> ChokePointsAsync(
        string action, string resource, DateTimeOffset? asOf, CancellationToken cancellationToken, int? pointsMax = null) =>
        GetAsync(
            $"v1/choke-points{Query(("action", action), ("resource", resource), ("asOf", Text(asOf)), ("max", Text(pointsMax)))}",
            WireJson.Default.ChokePointsAnswer,
            cancellationToken);

    /// <summary>Asks what is left of those who left; of one identity if named.</summary>
    public Task<ResidualAnswer> ResidualAsync(string? identity, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        GetAsync($"v1/residual{Query(("identity", identity), ("asOf", Text(asOf)))}", WireJson.Default.ResidualAnswer, cancellationToken);

    /// <summary>Asks for the findings.</summary>
    public Task<FindingsAnswer> FindingsAsync(DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        GetAsync($"v1/findings{Query(("asOf", Text(asOf)))}", WireJson.Default.FindingsAnswer, cancellationToken);

    /// <summary>Asks what a case would do; nothing is done.</summary>
    public Task<PlanView> PlanAsync(OpenCase request, CancellationToken cancellationToken) =>
        PostAsync("v1/cases/plan", request, WireJson.Default.OpenCase, WireJson.Default.PlanView, cancellationToken);

    /// <summary>Opens a case; it runs on the server whether the caller waits or not.</summary>
    public Task<CaseDetail> OpenCaseAsync(OpenCase request, CancellationToken cancellationToken) =>
        PostAsync("v1/cases", request, WireJson.Default.OpenCase, WireJson.Default.CaseDetail, cancellationToken);

    /// <summary>Opens a case of one cut.</summary>
    public Task<CaseDetail> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken) =>
        PostAsync("v1/revoke", request, WireJson.Default.RevokeRequest, WireJson.Default.CaseDetail, cancellationToken);

    /// <summary>Lists the cases, newest first.</summary>
    public Task<CaseList> CasesAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/cases", WireJson.Default.CaseList, cancellationToken);

    /// <summary>Asks for a case.</summary>
    public Task<CaseDetail> CaseAsync(Guid id, CancellationToken cancellationToken) =>
        GetAsync($"v1/cases/{id}", WireJson.Default.CaseDetail, cancellationToken);

    /// <summary>Streams a case, as it is and after each change, until it is closed.</summary>
    public async IAsyncEnumerable<CaseDetail> WatchCaseAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/cases/{id}/events");
        request.Headers.Accept.Add(new("text/event-stream"));
        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType == "case" && JsonSerializer.Deserialize(item.Data, WireJson.Default.CaseDetail) is { } detail)
            {
                yield return detail;
            }
        }
    }

    /// <summary>Downloads a case's certificate, exactly as it is to be kept.</summary>
    public async Task<byte[]> CertificateAsync(Guid id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/cases/{id}/certificate");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Asks for the newest signed checkpoint.</summary>
    public Task<CheckpointView> CheckpointAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/ledger/checkpoint", WireJson.Default.CheckpointView, cancellationToken);

    /// <summary>Has the server read its whole ledger again.</summary>
    public Task<LedgerVerdict> VerifyLedgerAsync(VerifyLedger request, CancellationToken cancellationToken) =>
        PostAsync("v1/ledger/verify", request, WireJson.Default.VerifyLedger, WireJson.Default.LedgerVerdict, cancellationToken);

    /// <summary>Downloads the ledger as a tar of a C2SP tlog-tiles folder into <paramref name="target"/>.</summary>
    public async Task ExportLedgerAsync(Stream target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/ledger/export");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Asks for a decision.</summary>
    public Task<EvaluationAnswer> DecideAsync(EvaluationRequest request, CancellationToken cancellationToken) => PostAsync(
        "access/v1/evaluation", request, WireJson.Default.EvaluationRequest, WireJson.Default.EvaluationAnswer, cancellationToken);

    /// <summary>Asks for a decision and what would have to be different for another one.</summary>
    public Task<ExplainedEvaluation> ExplainDecisionAsync(EvaluationRequest request, CancellationToken cancellationToken) => PostAsync(
        "v1/policy/explain", request, WireJson.Default.EvaluationRequest, WireJson.Default.ExplainedEvaluation, cancellationToken);

    /// <summary>Asks which policies could apply when not all is known, and what they would still need to know.</summary>
    public Task<PartialVerdict> AskPartiallyAsync(PartialQuestion request, CancellationToken cancellationToken) => PostAsync(
        "v1/policy/partial", request, WireJson.Default.PartialQuestion, WireJson.Default.PartialVerdict, cancellationToken);

    /// <summary>Asks which decisions other policies would change; nothing is changed.</summary>
    public Task<ImpactAnswer> ImpactAsync(ImpactQuestion request, CancellationToken cancellationToken) => PostAsync(
        "v1/policy/impact", request, WireJson.Default.ImpactQuestion, WireJson.Default.ImpactAnswer, cancellationToken);

    /// <summary>Asks which policies decide.</summary>
    public Task<PolicyView> PolicyAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/policy", WireJson.Default.PolicyView, cancellationToken);

    /// <summary>Has the policies read again; if anything is wrong with them, the old ones decide on and the answer says what.</summary>
    public async Task<PolicyView> ReloadPolicyAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/policy/reload");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadAsync(response, WireJson.Default.PolicyView, cancellationToken);
    }

    /// <summary>Says how the guardrails stand.</summary>
    public Task<GuardrailsAnswer> GuardrailsAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/guardrails", WireJson.Default.GuardrailsAnswer, cancellationToken);

    /// <summary>Has the guardrails read again.</summary>
    public async Task<GuardrailsAnswer> ReloadGuardrailsAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/guardrails/reload");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadAsync(response, WireJson.Default.GuardrailsAnswer, cancellationToken);
    }

    /// <summary>Says what guardrails would say if a system said something else.</summary>
    public Task<WhatIfAnswer> WhatIfAsync(WhatIfRequest request, CancellationToken cancellationToken) =>
        PostAsync("v1/guardrails/what-if", request, WireJson.Default.WhatIfRequest, WireJson.Default.WhatIfAnswer, cancellationToken);

    /// <summary>Lists the tokens.</summary>
    public Task<TokenList> TokensAsync(CancellationToken cancellationToken) =>
        GetAsync("v1/tokens", WireJson.Default.TokenList, cancellationToken);

    /// <summary>Makes a token.</summary>
    public Task<TokenCreated> CreateTokenAsync(CreateToken request, CancellationToken cancellationToken) =>
        PostAsync("v1/tokens", request, WireJson.Default.CreateToken, WireJson.Default.TokenCreated, cancellationToken);

    /// <summary>Ends a token.</summary>
    public async Task RevokeTokenAsync(string id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"v1/tokens/{Uri.EscapeDataString(id)}");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Text(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)
        ?? string.Empty;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Query(params (string Name, string? Value)[] pairs)
    {
        var given = pairs.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? string.Empty : $"?{string.Join('&', given)}";
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadAsync(response, shape, cancellationToken);
    }

    private async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest body, JsonTypeInfo<TRequest> shape, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, shape) };
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadAsync(response, answer, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(shape, cancellationToken)
            ?? throw new ApiException((int)response.StatusCode, new ApiProblem(null, null, null, "the answer is empty", "LS1012", null));

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption until, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, until, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            var detail = $"no Lockstep server answers at {_http.BaseAddress}; start one with `./lockstep up`, or name another in "
                + $"LOCKSTEP_URL";
            throw new ApiException(0, new ApiProblem(null, null, null, detail, "LS1011", null), e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ApiException((int)response.StatusCode, await ReadProblemAsync(response, cancellationToken));
        }
    }

    private static async Task<ApiProblem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var fallback = new ApiProblem(null, response.ReasonPhrase, (int)response.StatusCode, null, "LS1012", null);
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return fallback;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync(WireJson.Default.ApiProblem, cancellationToken) ?? fallback;
        }
        catch (JsonException)
        {
            // Something between us and the server answered in its place; the status says what there is to say.
            return fallback;
        }
    }
}
