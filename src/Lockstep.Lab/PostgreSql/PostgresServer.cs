using System.Globalization;
using Lockstep.Lab.Processes;
using Npgsql;

namespace Lockstep.Lab.PostgreSql;

/// <summary>A PostgreSQL server of its own on loopback, with SCRAM passwords and an administrator <c>postgres</c>.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _process;

    private PostgresServer(ServerProcess process, int port, LabSecret password) =>
        (_process, Port, AdminPassword) = (process, port, password);

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The superuser's name.</summary>
    public static string AdminUser => "postgres";

    /// <summary>The superuser's password.</summary>
    public LabSecret AdminPassword { get; }

    /// <summary>Process id of the postmaster.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The path of psql itself: Debian's <c>psql</c> is a script in front of it that takes three times as long to start.</summary>
    public static string Psql => Path.Combine(Programs(), "psql");

    /// <summary>A connection string of the administrator for <paramref name="database"/>, without pooling.</summary>
    public string AdminConnection(string database = "postgres") => ConnectionString(AdminUser, AdminPassword, database);

    /// <summary>A connection string for a role, without pooling.</summary>
    public string ConnectionString(string role, LabSecret password, string database = "postgres") =>
        Connection(Port, role, password, database);

    /// <summary>Runs one administrator's statement; for seeding.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres", CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(AdminConnection(database));
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The lab writes its own statements; no outside text reaches them.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Initialises a cluster in <paramref name="folder"/> and starts it on a free port.</summary>
    public static async Task<PostgresServer> StartAsync(LabFolder folder, LabServerOptions? options = null,
        CancellationToken cancellation = default)
    {
        var password = LabSecret.Generate(options?.Canary ?? "");
        var programs = Programs();
        var data = await PostgresCluster.MakeAsync(folder, programs, password, cancellation);
        var (process, port) = await ServerStart.RunAsync(
            "PostgreSQL",
            port => Task.FromResult(Command(folder, programs, data, port, options)),
            (port, stop) => AnswersAsync(port, password, stop),
            StartLimit,
            cancellation);
        return new PostgresServer(process, port, password);
    }

    /// <summary>Stops the server and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Programs() =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.GetDirectories("/usr/lib/postgresql").OrderBy(d =>
            int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).LastOrDefault() is { } newest
            ? Path.Combine(newest, "bin")
            : throw new LabException("LS8001", "PostgreSQL is not installed (package postgresql)");

    private static ServerCommand Command(LabFolder folder, string programs, string data, int port, LabServerOptions? options)
    {
        string[] settings =
        [
            $"port={port.ToString(CultureInfo.InvariantCulture)}", "listen_addresses=127.0.0.1",
                $"unix_socket_directories={Path.GetDirectoryName(data)}",
            "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=100", "wal_level=logical", "jit=off",
                "max_prepared_transactions=10",
            "log_line_prefix=%m [%p] %u@%d ", .. options?.PostgresSettings ?? [],
        ];
        return new ServerCommand(Path.Combine(programs, "postgres"), ["-D", data, .. settings.SelectMany(s => new[] { "-c", s })],
            folder.PathOf("postgres.log"))
        {
            User = "postgres", DeathSignal = "INT", StopSignal = UnixSignal.Interrupt, Outlive = options?.Outlive ?? false,
        };
    }

    private static async Task<bool> AnswersAsync(int port, LabSecret password, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(Connection(port, "postgres", password, "postgres"));
        await connection.OpenAsync(cancellation);
        return true;
    }

    private static string Connection(int port, string role, LabSecret password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = port, Username = role, Password = password.Reveal(), Database = database, Pooling = false, Timeout = 5,
    }.ConnectionString;
}
