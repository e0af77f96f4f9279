using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Lockstep.Client;
using Lockstep.Connectors;
using Lockstep.Ledger;
using Lockstep.Revocation;
using Lockstep.Server.Access;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Cases: planned, opened, followed, certified.</summary>
internal static class RevocationEndpoints
{
    private const int ReasonLengthMax = 500;

    internal static void MapRevocation(this IEndpointRouteBuilder app)
    {
        var cases = app.MapGroup("/v1").WithTags("Revocation");
        cases.MapPost("/cases/plan", Plan).WithName("PlanCase").WithSummary("What a case would do; nothing is done").Require(PlanCase);
        cases.MapPost("/cases", OpenAsync).WithName("OpenCase").WithSummary("Cuts off everything an identity can reach").Require(Offboard);
        cases.MapGet("/cases", List).WithName("GetCases").WithSummary("All cases, newest first").Require(ReadCases);
        cases.MapGet("/cases/{id:guid}", Find).WithName("GetCase").WithSummary("One case with its steps").Require(ReadCases);
        cases.MapGet("/cases/{id:guid}/events", Watch).WithName("WatchCase").WithSummary(
            "One case as it runs, as server-sent events").Require(ReadCases);
        cases.MapGet("/cases/{id:guid}/certificate", CertifyAsync).WithName("GetCertificate")
            .WithSummary("The certificate of a closed case, verifiable offline").Require(ReadCases);
        cases.MapPost("/revoke", RevokeAsync).WithName("Revoke").WithSummary("Cuts one credential, session or grant").Require(
            Access.Access.Revoke);
    }

    private static Results<Ok<PlanView>, ProblemHttpResult> Plan(OpenCase request, Cases cases, EstateHolder holder)
    {
        var (identity, unknown) = Lookup.Identity(holder.Current, request.Identity);
        return identity is null ? unknown! : TypedResults.Ok(CaseWire.Plan(holder.Current, cases.Plan(identity.Id)));
    }

    private static async Task<Results<Created<CaseDetail>, ProblemHttpResult>> OpenAsync(
        OpenCase request, Cases cases, EstateHolder holder, AccessPolicies policies, HttpContext context,
        CancellationToken cancellationToken)
    {
        var (identity, unknown) = Lookup.Identity(holder.Current, request.Identity);
        if (identity is null)
        {
            return unknown!;
        }

        if (BadReason(request.Reason) is { } bad)
        {
            return bad;
        }

        if (!Enum.TryParse<CaseCause>(request.Cause ?? "offboarding", ignoreCase: true, out var cause) || !Enum.IsDefined(cause))
        {
            return Problems.Of(400, "LS3003", "`cause` is none of offboarding, leak, expiry, review, drift, signal, request");
        }

        if (cases.Plan(identity.Id).Steps.Any(s => s.Cut?.Kind == CutKind.RotateCredential)
            && AccessGate.Refuse(context, policies, Rotate) is { } refusal)
        {
            return refusal;
        }

        var by = Caller.Of(context).By;
        var view = await cases.OpenAsync(identity.Id, cause, request.Reason, by, cancellationToken);
        return TypedResults.Created($"/v1/cases/{view.Id}", CaseWire.Detail(view));
    }

    private static async Task<Results<Created<CaseDetail>, ProblemHttpResult>> RevokeAsync(
        RevokeRequest request, Cases cases, CutChoice choice, HttpContext context, CancellationToken cancellationToken)
    {
        if (BadReason(request.Reason) is { } bad)
        {
            return bad;
        }

        var (cut, cannot) = choice.Of(request.Target);
        if (cut is null)
        {
            return cannot!;
        }

        var by = Caller.Of(context).By;
        var view = await cases.RevokeAsync(cut, request.Reason, by, cancellationToken);
        return TypedResults.Created($"/v1/cases/{view.Id}", CaseWire.Detail(view));
    }

    private static Ok<CaseList> List(CaseBook book) => TypedResults.Ok(new CaseList([.. book.List().Select(CaseWire.Summary)]));

    private static Results<Ok<CaseDetail>, ProblemHttpResult> Find(Guid id, CaseBook book) =>
        book.Find(id) is { } view ? TypedResults.Ok(CaseWire.Detail(view)) : Unknown(id);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> CertifyAsync(
        Guid id, CaseBook book, ILedger ledger, CancellationToken cancellationToken)
    {
        if (book.Find(id) is not { } view)
        {
            return Unknown(id);
        }

        return view.IsClosed
            ? TypedResults.File(await CertificateFile.IssueAsync(view, ledger, cancellationToken), "application/json",
                $"{id}.certificate.json")
            : Problems.Of(409, "LS3016", $"case {id} is still running; a certificate is issued when it is closed");
    }

    private static Results<ServerSentEventsResult<CaseDetail>,
        ProblemHttpResult> Watch(Guid id, CaseBook book, CancellationToken cancellationToken) =>
        book.Find(id) is null ? Unknown(id) : TypedResults.ServerSentEvents(EventsAsync(id, book, cancellationToken));

    private static async IAsyncEnumerable<SseItem<CaseDetail>> EventsAsync(
        Guid id, CaseBook book, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var view in book.WatchAsync(id, cancellationToken))
        {
            yield return new(CaseWire.Detail(view), "case");
        }
    }

    private static ProblemHttpResult Unknown(Guid id) => Problems.Of(404, "LS3008", $"no case has the id {id}");

    private static ProblemHttpResult? BadReason(string reason) => reason.Trim().Length is > 0 and <= ReasonLengthMax
        ? null
        : Problems.Of(400, "LS3003", $"`reason` must be 1 to {ReasonLengthMax} characters: it is what auditors will read");
}
