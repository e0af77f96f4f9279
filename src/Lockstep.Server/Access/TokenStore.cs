using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Client;
using Microsoft.Data.Sqlite;

namespace Lockstep.Server.Access;

/// <summary>The tokens, as SHA-256 of 256 random bits each; the token itself is shown once and kept nowhere.</summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class TokenStore
{
    private const string Prefix = "lst_";
    private const int IdLength = 12;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS tokens (
            id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            created TEXT NOT NULL, expires TEXT, revoked TEXT) STRICT;
        """;

    // Decisions are asked thousands of times a second; this process alone writes the store, and forgets what it keeps when it does.
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly string _connection;
    private readonly TimeProvider _time;
    private long _round;

    private TokenStore(string connection, TimeProvider time) => (_connection, _time) = (connection, time);

    /// <summary>Opens the store of a data folder.</summary>
    public static TokenStore Open(string folder, TimeProvider time)
    {
        var path = Path.Combine(folder, "tokens.db");
        var store = new TokenStore(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString(), time);
        store.Execute(Schema);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return store;
    }

    /// <summary>Makes a token; <see langword="null"/> if the name is taken.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="role">The role that policies know it by.</param>
    /// <param name="lifetime">How long it is good for; <see langword="null"/> for as long as it is not revoked.</param>
    public TokenCreated? Create(string name, string role, TimeSpan? lifetime)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        var token = $"{Prefix}{id}_{Base64Url(RandomNumberGenerator.GetBytes(32))}";
        var created = _time.GetUtcNow();
        var expires = created + lifetime;
        var count = Execute(
            "INSERT INTO tokens (id, hash, name, role, created, expires) VALUES ($id, $hash, $name, $role, $created, $expires) ON "
                + "CONFLICT DO NOTHING",
            ("$id", id),
            ("$hash", Hash(token)),
            ("$name", name),
            ("$role", role),
            ("$created", Text(created)),
            ("$expires", expires is { } end ? Text(end) : DBNull.Value));
        return count == 1 ? new(new TokenView(id, name, role, created, expires, null), token) : null;
    }

    /// <summary>Finds who holds a token; <see langword="null"/> if it is unknown, revoked or expired.</summary>
    public Caller? Find(string? token)
    {
        if (token is null || token.Length is < 32 or > 128 || !token.StartsWith(Prefix, StringComparison.Ordinal)
            || token[Prefix.Length..].IndexOf('_') != IdLength)
        {
            return null;
        }

        var id = token.Substring(Prefix.Length, IdLength);
        var kept = _kept.TryGetValue(id, out var known) ? known : Read(id);
        return kept is not null && CryptographicOperations.FixedTimeEquals(kept.Hash, Hash(token))
            && !(kept.Expires <= _time.GetUtcNow())
            ? kept.Caller
            : null;
    }

    /// <summary>Lists the tokens, oldest first.</summary>
    public IReadOnlyList<TokenView> List()
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, name, role, created, expires, revoked FROM tokens ORDER BY created, id";
        using var row = command.ExecuteReader();
        var tokens = new List<TokenView>();
        while (row.Read())
        {
            tokens.Add(new(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                Instant(row.GetString(3)),
                row.IsDBNull(4) ? null : Instant(row.GetString(4)),
                row.IsDBNull(5) ? null : Instant(row.GetString(5))));
        }

        return tokens;
    }

    /// <summary>Lists who holds a token that is neither revoked nor expired.</summary>
    public IReadOnlyList<Caller> Valid()
    {
        var now = _time.GetUtcNow();
        return [.. List().Where(t => t.RevokedAt is null && !(t.ExpiresAt <= now)).Select(t => new Caller(t.Id, t.Name, t.Role))];
    }

    /// <summary>Says whether there is a token of this id or name that is not ended.</summary>
    public bool Knows(string idOrName) => List().Any(t => t.RevokedAt is null && (t.Id == idOrName || t.Name == idOrName));

    /// <summary>Ends a token, named by id or name; false if there is no such token that is not ended.</summary>
    public bool Revoke(string idOrName) =>
        Execute(
            "UPDATE tokens SET revoked = $now WHERE (id = $which OR name = $which) AND revoked IS NULL",
            ("$now", Text(_time.GetUtcNow())),
            ("$which", idOrName)) > 0;

    private Kept? Read(string id)
    {
        var round = Volatile.Read(ref _round);
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hash, name, role, expires FROM tokens WHERE id = $id AND revoked IS NULL";
        command.Parameters.AddWithValue("$id", id);
        using var row = command.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var read = new Kept((byte[])row[0], row.IsDBNull(3) ? null : Instant(row.GetString(3)), new(id, row.GetString(1), row.GetString(2)));
        lock (_kept)
        {
            // Read before a change that is made by now: used this once, as if the request had come before, but not kept.
            if (round == _round)
            {
                _kept[id] = read;
            }
        }

        return read;
    }

    private void Forget()
    {
        lock (_kept)
        {
            _round++;
            _kept.Clear();
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '.');

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private int Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text given here is a constant of this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        var changed = command.ExecuteNonQuery();
        Forget();
        return changed;
    }

    private sealed record Kept(byte[] Hash, DateTimeOffset? Expires, Caller Caller);
}
