using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>token</c>: tokens of the API itself.</summary>
internal static class TokenVerb
{
    internal static Command Create(Terminal terminal) => VerbOptions.Verb(
        "token",
        "Tokens of Lockstep's own API",
        "lockstep token create ops-laptop --role operator --days 30",
        CreateCreate(terminal),
        CreateList(terminal),
        CreateRevoke(terminal));

    private static Command CreateCreate(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "What it is for" };
        var role = new Option<string>("--role")
        {
            Description = "viewer, operator, auditor or admin, or a role that your policies name", Required = true,
        };
        var days = new Option<int?>("--days") { Description = "How long it is good for; 90 unless said" };
        return VerbOptions.Verb(
            "create", "Makes a token and prints it this once", "lockstep token create dashboard --role viewer", name, role, days)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var request = new CreateToken(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetValue(days));
                var created = await client.CreateTokenAsync(request, cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(created, WireJson.Default.TokenCreated);
                }
                else
                {
                    terminal.Line(created.Secret);
                    terminal.Error.WriteLine($"lockstep: token `{created.Token.Name}` ({created.Token.Role}); it is not shown again");
                }

                return ExitCode.Ok;
            });
    }

    private static Command CreateList(Terminal terminal) =>
        VerbOptions.Verb("list", "The tokens, without their values", "lockstep token list")
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.TokensAsync(cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.TokenList);
                    return ExitCode.Ok;
                }

                terminal.Table(
                    ["id", "name", "role", "created", "expires", "revoked"],
                    answer.Tokens.Select(
                        t => (IReadOnlyList<string>)[t.Id, t.Name, t.Role, Text(t.CreatedAt), Text(t.ExpiresAt), Text(t.RevokedAt)]));
                return ExitCode.Ok;
            });

    private static Command CreateRevoke(Terminal terminal)
    {
        var which = new Argument<string>("token") { Description = "Its id or name" };
        return VerbOptions.Verb("revoke", "Ends a token at once", "lockstep token revoke ops-laptop", which)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                await client.RevokeTokenAsync(parsed.GetRequiredValue(which), cancellationToken);
                if (!parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Line("The token is ended.");
                }
                else
                {
                    terminal.Output.WriteLine("""{"revoked":true}""");
                }

                return ExitCode.Ok;
            });
    }

    private static string Text(DateTimeOffset? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? string.Empty;
}
