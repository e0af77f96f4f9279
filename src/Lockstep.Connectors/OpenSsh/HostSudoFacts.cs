using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>What sudo lets accounts and groups do.</summary>
internal sealed class HostSudoFacts(Facts facts, HostIds ids, HostReader reader)
{
    private const string Scope = "sudo";

    /// <summary>Reports the rules; one for holders that this host cannot resolve is named as not covered.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var rules = (await reader.SudoAsync(cancellation)).Rules;
        var holders = await HoldersAsync(cancellation);
        var unknown = rules.Where(r => r.Who.StartsWith('+') || r.Who.StartsWith("%:", StringComparison.Ordinal)
            || r.Who.StartsWith("alias ", StringComparison.Ordinal)).Select(r => r.Who).Distinct().ToList();
        if (unknown.Count > 0)
        {
            yield return new Observation.NotCovered(
                "sudo-elsewhere", HostErrors.Unsupported($"rules for {string.Join(", ", unknown)} are not followed: their members are not on the host"));
        }

        foreach (var rule in rules)
        {
            if (holders(rule.Who) is { } holder)
            {
                yield return facts.Link(
                    Scope, holder, LinkKind.Permits, ids.Host, $"sudoers: `{rule.Who}` {rule.Action}", action: rule.Action,
                    condition: rule.Condition);
            }
        }
    }

    /// <summary>Gives what finds the account or group that a rule names; nobody of that name is nobody.</summary>
    public async Task<Func<string, NodeId?>> HoldersAsync(CancellationToken cancellation)
    {
        var accounts = await reader.AccountsAsync(cancellation);
        var groups = HostAccount.ReadGroups(await reader.Shell.AskAsync(HostCommands.Groups, cancellation));
        return who =>
        {
            var account = accounts.FirstOrDefault(a => who == a.Name || who == $"#{Text(a.Uid)}");
            var group = groups.FirstOrDefault(g => who == $"%{g.Name}" || who == $"%#{Text(g.Gid)}");
            return who == "ALL" ? ids.Everyone : account is not null ? ids.Account(account)
                : group.Name is not null ? ids.Group(group.Name, group.Gid) : null;
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
