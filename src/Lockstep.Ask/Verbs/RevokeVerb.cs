using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>revoke</c>: cut one credential, session or grant, and prove it.</summary>
internal static class RevokeVerb
{
    internal static Command Create(Terminal terminal)
    {
        var target = new Argument<string>(
            "target") { Description = "Node id of a credential, session or account; or a link as \"FROM KIND TO\"" };
        var noWait = new Option<bool>("--no-wait") { Description = "Open the case and return" };
        var reason = new Option<string>("--reason") { Description = "Why, for the ledger", DefaultValueFactory = _ => "revoked by hand" };
        var example = "lockstep revoke keystone/credential/0f3c\nlockstep revoke \"corp-ldap/account/6f1c memberOf corp-ldap/group/77aa\"";
        return VerbOptions.Verb("revoke", "Cuts one credential, session or grant, and proves it", example, target, noWait, reason)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var request = new RevokeRequest(parsed.GetRequiredValue(target), parsed.GetValue(reason) ?? "revoked by hand");
                var opened = await client.RevokeAsync(request, cancellationToken);
                return await CaseVerb.FollowAsync(
                    terminal, client, opened, !parsed.GetValue(noWait), parsed.GetValue(VerbOptions.Json), cancellationToken);
            });
    }
}
