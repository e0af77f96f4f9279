using System.Reflection;
using Lockstep.Client;
using Lockstep.Ledger;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>What the server says about itself: health, the OpenAPI document, and a page to read it.</summary>
internal static class HostEndpoints
{
    private static readonly byte[] Page = ReadPage();

    internal static void MapHost(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/health", Health).WithName("GetHealth").WithTags("Host").WithSummary(
            "Whether the server is up; needs no token").OpenToAll();
        app.MapOpenApi("/openapi/{documentName}.json").OpenToAll();
        app.MapGet("/docs", Docs).ExcludeFromDescription().OpenToAll();
        app.MapGet("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription().OpenToAll();
    }

    internal static string Version { get; } =
        typeof(HostEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";

    private static HealthView Health(ILedger ledger, EstateHolder estate, TimeProvider time) =>
        new("up", Version, time.GetUtcNow(), ledger.Latest.Size, estate.Current.LedgerSize, ledger.Origin);

    private static FileContentHttpResult Docs(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; "
                + "frame-ancestors 'none'";
        return TypedResults.Bytes(Page, "text/html; charset=utf-8");
    }

    private static byte[] ReadPage()
    {
        using var stream = typeof(HostEndpoints).Assembly.GetManifestResourceStream("docs.html")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
