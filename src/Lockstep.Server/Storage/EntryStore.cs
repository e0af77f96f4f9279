using Lockstep.Ledger;
using Microsoft.Data.Sqlite;

namespace Lockstep.Server.Storage;

/// <summary>The SQLite database of one ledger: exact entry bytes, marks, signed checkpoints and cosignatures.</summary>
/// <threadsafety>Writing is for one thread; each reader opens its own connection and holds it for one page of rows at a
/// time.</threadsafety>
internal sealed class EntryStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS entries (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, mark BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), note TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS seals (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS cosignatures
            (size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (witness, size)) STRICT;
        """;

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _setHead;
    private Durability? _durability;

    public EntryStore(string path)
    {
        // Not pooled: a closed ledger must let go of its files. Private cache: readers never wait for the writer in WAL mode.
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString();
        _writer = Connect();
        try
        {
            Execute("PRAGMA journal_mode = WAL");
            Execute(Schema);
            _insert = Prepare("INSERT INTO entries (idx, bytes, mark) VALUES ($idx, $bytes, $mark)", "$idx", "$bytes", "$mark");
            _setHead = Prepare("INSERT OR REPLACE INTO head (one, note) VALUES (1, $note)", "$note");
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>Writes entries and the signed checkpoint over all of them as one commit.</summary>
    public void Append(long firstIndex, IReadOnlyList<StoredEntry> entries, string headNote, Durability durability)
    {
        Use(durability);
        using var transaction = _writer.BeginTransaction();
        _insert.Transaction = _setHead.Transaction = transaction;
        for (var i = 0; i < entries.Count; i++)
        {
            _insert.Parameters[0].Value = firstIndex + i;
            _insert.Parameters[1].Value = entries[i].Bytes;
            _insert.Parameters[2].Value = entries[i].Mark;
            _insert.ExecuteNonQuery();
        }

        _setHead.Parameters[0].Value = headNote;
        _setHead.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Keeps a sealed checkpoint; with it everything before it is flushed.</summary>
    public void Seal(SignedCheckpoint signed)
    {
        Use(Durability.Intent);
        Execute(
            "INSERT OR REPLACE INTO seals (size, note) VALUES ($size, $note)", ("$size", signed.Checkpoint.Size), ("$note", signed.Note));
    }

    /// <summary>Keeps a witness's cosignature under the checkpoint of one size.</summary>
    public void Cosign(long size, NoteSignature signature)
    {
        Use(Durability.Intent);
        Execute(
            "INSERT OR REPLACE INTO cosignatures (size, witness, line) VALUES ($size, $witness, $line)",
            ("$size", size),
            ("$witness", signature.Name),
            ("$line", signature.ToString().TrimEnd('\n')));
    }

    /// <summary>Reads the signed checkpoint that was committed with the newest entries.</summary>
    public static string? FindHead(SqliteConnection reader) =>
        Query(reader, "SELECT note FROM head", row => row.GetString(0)).SingleOrDefault();

    /// <summary>Reads every sealed checkpoint, smallest first.</summary>
    public static List<(long Size, string Note)> Seals(SqliteConnection reader) =>
        Query(reader, "SELECT size, note FROM seals ORDER BY size", row => (row.GetInt64(0), row.GetString(1)));

    /// <summary>Reads the cosignatures under the checkpoint of one size.</summary>
    public List<NoteSignature> Cosignatures(long size)
    {
        using var reader = Connect();
        var lines = Query(
            reader, "SELECT line FROM cosignatures WHERE size = $size ORDER BY witness", row => row.GetString(0), ("$size", size));
        return [.. lines.Select(line => NoteSignature.TryParse(line, out var signature) ? signature : null).OfType<NoteSignature>()];
    }

    /// <summary>Gives the largest size that the witness cosigned, 0 for none.</summary>
    public long LastCosigned(string witness)
    {
        using var reader = Connect();
        return Query(
            reader,
            "SELECT size FROM cosignatures WHERE witness = $witness ORDER BY size DESC LIMIT 1",
            row => row.GetInt64(0),
            ("$witness", witness)).SingleOrDefault();
    }

    /// <summary>Reads up to <paramref name="rowsMax"/> entries from a place on, in order.</summary>
    public static List<StoredEntry> Read(SqliteConnection reader, long fromIndex, int rowsMax)
    {
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT idx, bytes, mark FROM entries WHERE idx >= $from ORDER BY idx LIMIT $max";
        command.Parameters.AddWithValue("$from", fromIndex);
        command.Parameters.AddWithValue("$max", rowsMax);
        var entries = new List<StoredEntry>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            entries.Add(new(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<byte[]>(2)));
        }

        return entries;
    }

    /// <summary>Opens a connection for reading.</summary>
    /// <remarks>For several reads of one state, begin a deferred transaction on it.</remarks>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _setHead.Dispose();
        _writer.Dispose();
    }

    // NORMAL does not flush the write-ahead log at a commit; FULL does, and with it all that was committed before.
    private void Use(Durability durability)
    {
        if (_durability != durability)
        {
            Execute(durability is Durability.Intent ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _durability = durability;
        }
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = Command(_writer, sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        return command;
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(_writer, sql);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private static List<T> Query<T>(
        SqliteConnection reader, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(reader, sql);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        var result = new List<T>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            result.Add(read(rows));
        }

        return result;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}

/// <summary>One row of the store.</summary>
internal sealed record StoredEntry(long Index, byte[] Bytes, byte[] Mark);
