using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>
/// Makes the canary's account usable, and uses it as its holder would: new log-ins with its key, and a session that stays open. Its key
/// stays where the operator put it; between rounds the account is expired and the key opens nothing.
/// </summary>
internal sealed class HostCanary(string system, OpenSshSettings settings)
{
    private readonly HostIds _ids = new(system);

    /// <summary>Takes the expiry off the account.</summary>
    public async Task<CutOutcome> RestoreAsync(HostReader reader, NodeId account, CancellationToken cancellation)
    {
        if (settings.CanaryKey is null)
        {
            return new CutOutcome.Failed(HostErrors.Unsupported("a canary on a host needs a key of its own: set `canaryKey`"));
        }

        if (await FindAsync(reader, account, cancellation) is not { } own)
        {
            return new CutOutcome.Failed(HostErrors.Unsupported($"there is no `{account}` here"));
        }

        if (own.Uid == 0 || own.Uid == (await reader.SelfAsync(cancellation)).Uid)
        {
            return new CutOutcome.Failed(HostErrors.Unsupported($"`{own.Name}` is root or our own account, which is no canary"));
        }

        (await reader.Shell.AskAsync(reader.Commands.Unexpire(own.Name), cancellation)).OrBreakOff();
        return new CutOutcome.Acknowledged($"usermod --expiredate -1 {own.Name}: exit 0");
    }

    /// <summary>Logs in as the canary and keeps the session.</summary>
    public async Task<CanaryOpening> OpenAsync(HostReader reader, NodeId account, CancellationToken cancellation)
    {
        if (settings is not { CanaryKey: { } key, KnownHosts: not null })
        {
            return new CanaryOpening.Failed(HostErrors.Unsupported("a canary on a host needs `canaryKey` and `knownHosts`"));
        }

        if (await FindAsync(reader, account, cancellation) is not { } own || !OpenSshSettings.IsWord(own.Name))
        {
            return new CanaryOpening.Failed(HostErrors.Unsupported($"there is no `{account}` here"));
        }

        var canary = settings with { Host = settings.Host ?? "127.0.0.1", User = own.Name, IdentityFile = key };
        var held = await HostShell.OpenAsync(canary, cancellation);
        return new CanaryOpening.Open(
        [
            new CanaryDoor("openssh/expired-new-login", SurvivalEnd.Refused, token => LogInAsync(canary, token)),
            new CanaryDoor("openssh/expired-open-session", SurvivalEnd.Connection, token => AskAsync(held, token)) { Held = held },
        ]);
    }

    private static async Task<ProbeOutcome> LogInAsync(OpenSshSettings canary, CancellationToken cancellation)
    {
        try
        {
            await using var shell = await HostShell.OpenAsync(canary, cancellation);
            return new ProbeOutcome.Works($"ssh as `{canary.User}` with its key: a shell", Until: null);
        }
        catch (IncompleteObservationException failure) when (failure.Error.Detail == HostErrors.NotTaken)
        {
            return new ProbeOutcome.Refused($"ssh as `{canary.User}` with its key: {failure.Error.Detail}");
        }
        catch (IncompleteObservationException failure)
        {
            return new ProbeOutcome.Unknown(failure.Error);
        }
    }

    private static async Task<ProbeOutcome> AskAsync(HostShell held, CancellationToken cancellation)
    {
        try
        {
            (await held.AskAsync(new HostCommand("ask the open session", ":"), cancellation)).OrBreakOff();
            return new ProbeOutcome.Works("the session that was opened before is answered", Until: null);
        }
        catch (IncompleteObservationException broken)
        {
            // Whether the host ended it or the network did cannot be told apart.
            return new ProbeOutcome.Unknown(broken.Error);
        }
    }

    private async Task<HostAccount?> FindAsync(HostReader reader, NodeId account, CancellationToken cancellation) =>
        (await reader.AccountsAsync(cancellation)).FirstOrDefault(a => _ids.Account(a) == account);
}
