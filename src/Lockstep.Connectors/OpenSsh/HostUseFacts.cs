using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>What was used: certificates that the log has seen, and sessions that are open now.</summary>
internal sealed class HostUseFacts(Facts facts, HostIds ids, OpenSshSettings settings, HostReader reader)
{
    private const string Certificates = "certificates";
    private const string Sessions = "sessions";

    /// <summary>Reports certificates of the log that are not revoked and whose authority is still trusted.</summary>
    public async IAsyncEnumerable<Observation> CertificatesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var trusted = (await reader.AuthoritiesAsync(cancellation)).Select(a => (a.At, a.Key.Fingerprint))
            .Concat((await reader.KeysAsync(cancellation)).Where(k => k.Key.IsAuthority).Select(k => (k.At, k.Key.Fingerprint))).ToHashSet();
        var revoked = await reader.RevokedAsync(cancellation);
        var principals = (await reader.PrincipalsAsync(cancellation)).ToLookup(p => p.At, p => p.Principal);
        var byName = (await reader.SettingsAsync(cancellation)).ToDictionary(s => s.Account.Name, StringComparer.Ordinal);
        var sessions = await LiveAsync(cancellation);
        var self = await reader.SelfAsync(cancellation);
        foreach (var logIn in (await reader.LogInsAsync(cancellation)).Reverse())
        {
            if (logIn.Certificate is not { } certificate || !byName.TryGetValue(logIn.User, out var at)
                || !trusted.Contains((at, certificate.Authority)))
            {
                continue;
            }

            // What is revoked is over: nobody holds anything with it.
            if (at.RevokedKeys is { } list && revoked[list].Has(certificate))
            {
                continue;
            }

            var startedAt = sessions.Where(s => s.Peer == logIn.Peer).Select(s => (DateTimeOffset?)self.StartOf(s)).FirstOrDefault();
            foreach (var fact in Certificate(certificate, at, [.. principals[at]], startedAt + settings.CertificateLifetime))
            {
                yield return fact;
            }
        }
    }

    /// <summary>Reports open sessions and, where the log has it, what they were opened with.</summary>
    public async IAsyncEnumerable<Observation> SessionsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var self = await reader.SelfAsync(cancellation);
        var accounts = (await reader.AccountsAsync(cancellation)).ToDictionary(a => a.Name, StringComparer.Ordinal);
        var sessions = await reader.SessionsAsync(cancellation);
        var logIns = (await reader.LogInsAsync(cancellation)).GroupBy(l => l.Peer, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var comments = (await reader.KeysAsync(cancellation)).GroupBy(k => k.Key.Fingerprint, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Key.Comment, StringComparer.Ordinal);
        var own = self.Peer is null ? null : logIns.GetValueOrDefault(self.Peer);
        foreach (var session in sessions.Where(s => accounts.ContainsKey(s.User)))
        {
            // Calls of ours may overlap: a session with our own key comes and goes with them.
            if (own is not null && logIns.GetValueOrDefault(session.Peer) is { } ours && (ours.User, ours.Key) == (own.User, own.Key))
            {
                continue;
            }

            var logIn = logIns.GetValueOrDefault(session.Peer) is { } found && found.User == session.User ? found : null;
            foreach (var fact in Session(session, accounts[session.User], logIn, NamesOf(logIn, comments), self))
            {
                yield return fact;
            }
        }
    }

    /// <summary>Gives what was written about what a session was opened with: by the authority of a certificate, or beside a key.</summary>
    private static string? NamesOf(LogIn? logIn, Dictionary<string, string> comments) => logIn switch
    {
        null => null,
        { Certificate: { } certificate } => certificate.KeyId,
        _ => comments.GetValueOrDefault(logIn.Key),
    };

    private static string With(LogIn? logIn) => logIn switch
    {
        null => "the log no longer says with what",
        { Certificate: { } c } => string.Create(CultureInfo.InvariantCulture, $"certificate `{c.KeyId}`, serial {c.Serial}, of {c.Authority}"),
        _ => $"key {logIn.Key}",
    };

    private async Task<IReadOnlyList<HostSession>> LiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await reader.SessionsAsync(cancellation);
        }
        catch (IncompleteObservationException hidden) when (hidden.Error.Kind == ConnectorErrorKind.Forbidden)
        {
            return [];
        }
    }

    private IEnumerable<Observation> Certificate(
        SshCertificate certificate, SshdSettings at, IReadOnlyList<string> principals, DateTimeOffset? until)
    {
        var id = ids.Certificate(certificate);
        yield return facts.Node(
            Certificates, id, $"certificate {certificate.KeyId}", NodeState.Active, (NodeAttributes.CredentialType, "certificate"),
            (NodeAttributes.Serial, certificate.Serial.ToString(CultureInfo.InvariantCulture)), ("keyId", certificate.KeyId),
            ("keyFingerprint", certificate.KeyFingerprint), (NodeAttributes.AuthorityFingerprint, certificate.Authority),
            (NodeAttributes.SignedFor, certificate.SignedFor));
        if (HostKeyFacts.HolderOf(settings, certificate.KeyId) is { } holder)
        {
            yield return facts.Link(Certificates, holder, LinkKind.Holds, id, $"its authority signed it for `{certificate.KeyId}`");
        }

        if (!at.TakesKeys || principals.Count == 0)
        {
            yield break;
        }

        yield return facts.Link(
            Certificates, id, LinkKind.AuthenticatesAs, ids.Account(at.Account),
            at.RevokedKeys is null ? "the log shows it; the host has no list of revoked keys" : $"the log shows it; `{at.RevokedKeys}` does not revoke it",
            validity: new(null, until), enforcement: at.RevokedKeys is null ? Enforcement.ExpiryOnly : Enforcement.Online,
            condition: HostKeyFacts.Join(
                $"it must carry one of the principals {string.Join(", ", principals.Select(p => $"`{p}`"))}", at.Condition));
    }

    private IEnumerable<Observation> Session(HostSession session, HostAccount account, LogIn? logIn, string? names, HostSelf self)
    {
        var id = ids.Session(session);
        yield return facts.Node(
            Sessions, id, $"session of {session.User} from {session.Peer}", NodeState.Active,
            (NodeAttributes.StartedAt, self.StartOf(session).UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("openedWith", logIn is null ? null : With(logIn)),
            (NodeAttributes.Serial, logIn?.Certificate?.Serial.ToString(CultureInfo.InvariantCulture)),
            (NodeAttributes.AuthorityFingerprint, logIn?.Certificate?.Authority), (NodeAttributes.SignedFor, logIn?.Certificate?.SignedFor));
        var evidence = string.Create(CultureInfo.InvariantCulture, $"process {session.ProcessId} of sshd; {With(logIn)}");
        yield return facts.Link(Sessions, id, LinkKind.AuthenticatesAs, ids.Account(account), evidence, enforcement: Enforcement.Connection);
        if (names is not null && HostKeyFacts.HolderOf(settings, names) is { } holder)
        {
            yield return facts.Link(
                Sessions, holder, LinkKind.Holds, id, $"opened with {With(logIn)}, which is said to be of `{names}`", enforcement: Enforcement.Connection);
        }
        else if (logIn?.Certificate?.SignedFor is null)
        {
            // Only where nothing says who opened it: an account that people share must not give one's session to the others.
            yield return facts.Link(Sessions, ids.Account(account), LinkKind.Holds, id, evidence, enforcement: Enforcement.Connection);
        }
    }
}
