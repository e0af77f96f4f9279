using System.Formats.Tar;
using Lockstep.Client;
using Lockstep.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>The ledger: its newest checkpoint, its verification, and its export for outsiders.</summary>
internal static class LedgerEndpoints
{
    internal static void MapLedger(this IEndpointRouteBuilder app)
    {
        var ledger = app.MapGroup("/v1/ledger").WithTags("Ledger");
        ledger.MapGet("/checkpoint", CheckpointAsync).WithName("GetCheckpoint").WithSummary(
            "Signs and gives the newest checkpoint").Require(ReadLedger);
        ledger.MapPost("/verify", VerifyAsync).WithName("VerifyLedger").WithSummary(
            "Reads every entry again, and an older checkpoint").Require(ReadLedger);
        ledger.MapGet("/export", ExportAsync).WithName("ExportLedger").WithSummary("The whole ledger as a C2SP tlog-tiles folder, in a tar")
            .Produces(200, contentType: "application/x-tar").Require(ReadLedger);
    }

    private static async Task<Ok<CheckpointView>> CheckpointAsync(ILedger ledger, CancellationToken cancellationToken)
    {
        var signed = await ledger.SealAsync(cancellationToken);
        return TypedResults.Ok(new CheckpointView(
            ledger.Origin, signed.Checkpoint.Size, signed.Checkpoint.Root.ToString(), signed.Note, ledger.VerifierKey));
    }

    private static async Task<Results<Ok<LedgerVerdict>, ProblemHttpResult>> VerifyAsync(
        VerifyLedger request, ILedger ledger, CancellationToken cancellationToken)
    {
        SignedCheckpoint? since = null;
        if (request.Since is { } note)
        {
            var key = VerifierKey.TryParse(ledger.VerifierKey, out var own)
                ? own
                : throw new System.Diagnostics.UnreachableException("Bug in Lockstep: the ledger's own key cannot be read.");
            if (!SignedCheckpoint.TryOpen(note, key, out since, out var reason))
            {
                return Problems.Of(400, "LS3014", $"`since` is not a checkpoint of this ledger: {reason}");
            }
        }

        return TypedResults.Ok(await ledger.VerifyAsync(since, cancellationToken) switch
        {
            LedgerReport.Holds holds => new LedgerVerdict(
                true, holds.Checkpoint.Checkpoint.Size, holds.Checkpoint.Checkpoint.Root.ToString(), null, null, null),
            LedgerReport.Damaged { Damage: var damage } =>
                new LedgerVerdict(false, null, null, damage.Code, damage.Detail, damage.FirstBadIndex),
            _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown ledger report."),
        });
    }

    private static async Task ExportAsync(ILedger ledger, HttpContext context, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lockstep-export-");
        try
        {
            await ledger.ExportAsync(folder.FullName, cancellationToken);
            context.Response.ContentType = "application/x-tar";
            await TarFile.CreateFromDirectoryAsync(folder.FullName, context.Response.Body, includeBaseDirectory: false, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
