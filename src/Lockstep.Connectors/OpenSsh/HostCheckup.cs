namespace Lockstep.Connectors.OpenSsh;

/// <summary>Looks what our rights allow on a host, without changing anything.</summary>
internal sealed class HostCheckup(OpenSshSettings settings, HostReader reader)
{
    /// <summary>Looks.</summary>
    public async Task<Checkup> RunAsync(CancellationToken cancellation)
    {
        var version = (await reader.Shell.AskAsync(HostCommands.Version, cancellation)).OrBreakOff().Lines.FirstOrDefault();
        (string What, Func<Task<int>> Count)[] parts =
        [
            ("accounts", async () => (await reader.AccountsAsync(cancellation)).Count),
            ("expiry dates of accounts", async () => (await reader.ExpiryAsync(cancellation)).Count),
            ("authorized keys", async () => (await reader.KeysAsync(cancellation)).Count),
            ("trusted authorities", async () => (await reader.AuthoritiesAsync(cancellation)).DistinctBy(a => a.Key.Fingerprint).Count()),
            ("principals", async () => (await reader.PrincipalsAsync(cancellation)).Count),
            ("lists of revoked keys", async () => (await reader.RevokedAsync(cancellation)).Count),
            ("log-ins in the log", async () => (await reader.LogInsAsync(cancellation)).Count),
            ("open sessions", async () => (await reader.SessionsAsync(cancellation)).Count),
            ("sudo rules", async () => (await reader.SudoAsync(cancellation)).Rules.Count),
        ];
        var notes = new List<CheckupNote>();
        foreach (var (what, count) in parts)
        {
            try
            {
                notes.Add(new(IsProblem: false, $"reads {await count()} {what}"));
            }
            catch (IncompleteObservationException failure) when (failure.Error.Kind != ConnectorErrorKind.Unreachable)
            {
                notes.Add(new(IsProblem: true, $"cannot read {what}: {failure.Error.Detail}; the connector's README has the rules for sudo"));
            }
        }

        await AddLimitsAsync(notes, cancellation);
        return new(IsReachable: true, version, notes);
    }

    private async Task AddLimitsAsync(List<CheckupNote> notes, CancellationToken cancellation)
    {
        try
        {
            var trusting = (await reader.SettingsAsync(cancellation)).Where(s => s.TrustedAuthorities is not null).ToList();
            if (trusting.Exists(s => s.RevokedKeys is null))
            {
                notes.Add(new(IsProblem: true, "sshd trusts an authority and has no RevokedKeys: a certificate cannot be cut before it expires"));
            }

            if (trusting.Count > 0 && settings.CertificateLifetime is null)
            {
                notes.Add(new(IsProblem: false, "no `certificateLifetime` is configured: until when a certificate works is not known"));
            }
        }
        catch (IncompleteObservationException hidden) when (hidden.Error.Kind != ConnectorErrorKind.Unreachable)
        {
            notes.Add(new(IsProblem: true, $"sshd's settings cannot be read: {hidden.Error.Detail}"));
        }
    }
}
