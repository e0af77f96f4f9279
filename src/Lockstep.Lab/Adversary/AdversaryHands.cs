using System.Collections.Concurrent;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenSsh;
using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Adversary;

/// <summary>What one adversary holds, and the tries that follow from it.</summary>
internal sealed class AdversaryHands(LabServers lab, LabEstate estate, LabFolder folder, string identity) : IAsyncDisposable
{
    private readonly OpenStackDoors _cloud = new(estate);
    private readonly DatabaseDoors _database = new(estate.Connections, folder);
    private readonly List<Door> _doors = [];
    private readonly List<IAsyncDisposable> _sessions = [];
    private readonly ConcurrentDictionary<string, LabSecret> _newest = new();
    private readonly Dictionary<string, LabSecret> _first = [];

    public string Identity => identity;

    public IReadOnlyList<Door> Doors => _doors;

    public async Task TakeAsync()
    {
        if (estate.Holdings.Directory.TryGetValue(identity, out var directory))
        {
            var file = folder.Write("ldap.password", directory);
            _doors.Add(DirectoryDoors.Bind("directory password", estate.Connections.LdapUrl, AcmeCompany.Person(identity).Dn, file));
        }

        if (estate.Holdings.Database.TryGetValue(identity, out var own))
        {
            _doors.Add(_database.Login("database password", "personal database role", identity, () => own));
            await TakeSessionAsync(own);
        }

        if (estate.Holdings.Keystone.TryGetValue(identity, out var cloud))
        {
            await TakeCloudAsync(cloud);
        }

        if (estate.Connections.OpenBao is { } vault && estate.Holdings.Bao.ContainsKey(identity))
        {
            _sessions.Add(await new VaultHands(estate, vault.Url, identity, _database, _doors).TakeAsync(folder));
        }

        if (lab.SshHost is not null && identity == AcmeCompany.Leaver)
        {
            await TakeHostAsync(lab.SshHost);
        }
    }

    /// <summary>A value that the vault told only now: the new one, after a rotation.</summary>
    public IReadOnlyList<Door> DoorsOfWhatWasJustLearnt() =>
    [
        .. from entry in _newest
           where !entry.Value.IsSameAs(_first[entry.Key])
           select _database.Login($"new {entry.Key} password", "vault -> new value -> database role", entry.Key, () => entry.Value),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    private async Task TakeSessionAsync(LabSecret password)
    {
        var session = await OpenSession.OpenAsync(_database.Arguments(identity),
            _database.Environment(identity, password, "session.pgpass"));
        _sessions.Add(session);
        Expect("open database session", await session.AskAsync(DatabaseDoors.Question));
        _doors.Add(new Door("open database session", "postgresql", "open session of the personal role", () =>
            session.AskAsync(DatabaseDoors.Question)));
    }

    private async Task TakeHostAsync(SshHostServer host)
    {
        var (key, plain) = (estate.Holdings.SshKeyFile, estate.Holdings.SshPlainKeyFile);
        _doors.Add(HostDoors.Login("SSH certificate", "SSH certificate -> host account", host, key, key + "-cert.pub"));
        _doors.Add(HostDoors.Login("SSH key", "authorized key -> host account", host, plain, null));
        var shell = await HostDoors.OpenAsync(host, key, key + "-cert.pub");
        _sessions.Add(shell);
        Expect("open SSH session", await HostDoors.AskAsync(shell));
        _doors.Add(HostDoors.Session("open SSH session", "SSH certificate -> open shell", shell));
    }

    private async Task TakeCloudAsync(LabSecret password)
    {
        var project = identity switch { "gwen" or "hugo" or "sam" => "analytics", _ => "payments" };
        var login = _cloud.PasswordLogin(identity, password, project);
        _doors.Add(_cloud.NewToken("cloud password", "cloud user", login));
        await TakeTokenAsync("cloud", "cloud user -> token", login);
        if (identity == "hugo")
        {
            var trust = _cloud.TrustLogin(identity, password);
            _doors.Add(_cloud.NewToken("trust", "cloud user -> trust -> another's role", trust));
            await TakeTokenAsync("trust", "trust -> token", trust);
        }

        var name = $"{identity}-laptop";
        if (estate.Holdings.ApplicationCredentials.TryGetValue(name, out var secret))
        {
            var credential = KeystoneServer.ApplicationCredentialLogin(estate.Cloud.ApplicationCredentials[name], secret);
            _doors.Add(_cloud.NewToken("application credential", "application credential", credential));
            await TakeTokenAsync("application credential", "application credential -> token", credential);
        }
    }

    /// <summary>
    /// Keeps a token, and where it opens the vault, what the vault says; Barbican has then seen the token and remembers it.
    /// </summary>
    private async Task TakeTokenAsync(string origin, string chain, System.Text.Json.Nodes.JsonNode login)
    {
        var answer = await _cloud.LoginAsync(login);
        Expect(origin, answer.Judge("POST /v3/auth/tokens"));
        var token = new LabSecret(answer.Token);
        _doors.Add(_cloud.Token($"{origin} token", chain, token));
        if (SecretOpenTo(origin) is not { } open)
        {
            return;
        }

        Expect("vault", await OpenStackDoors.ReadAsync(token.Reveal(), open.Reference, value => _newest[open.Role] = value));
        _doors.Add(OpenStackDoors.Vault($"vault with the {origin} token", $"{chain} -> secret", token, open.Reference, value =>
            _newest[open.Role] = value));
        _doors.Add(_cloud.LoginThenVault($"vault with a new {origin} token", $"{origin} -> new token -> secret", login, open.Reference,
            value => _newest[open.Role] = value));
        if (_first.TryAdd(open.Role, _newest[open.Role]))
        {
            var first = _first[open.Role];
            _doors.Add(_database.Login($"learnt {open.Role} password", "vault -> value learnt earlier -> database role", open.Role, () =>
                first));
        }
    }

    /// <summary>Which secret this identity's tokens open, and the database role that its value is for.</summary>
    private (string Reference, string Role)? SecretOpenTo(string origin) => identity switch
    {
        "dana" or "emil" or "farah" or "jill" => (estate.Cloud.PaymentsContainer, "payments_app"),
        "hugo" when origin == "trust" => (estate.Cloud.PaymentsContainer, "payments_app"),
        "gwen" => (estate.Cloud.Secrets["reporting-db-password"], "reporting_ro"),
        "sam" => (estate.Cloud.Secrets["reporting-db-password-copy"], "reporting_ro"),
        _ => null,
    };

    private void Expect(string what, Answer answer)
    {
        if (answer.Verdict != AdversaryVerdict.Works)
        {
            throw new LabException("LS8006", $"{identity}: {what} does not work at the start: {answer.Evidence}");
        }
    }
}
