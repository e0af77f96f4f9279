using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Keystone;

/// <summary>Keystone's configuration, keys and database. The database comes from a template, since making one takes seconds.</summary>
internal static class KeystoneFiles
{
    /// <summary>Sets the administrator's password and the address in the catalogue; reads both as JSON from standard input.</summary>
    private const string Personalise = """
        import bcrypt, json, sqlite3, sys
        given = json.load(sys.stdin)
        hashed = bcrypt.hashpw(given['password'].encode(), bcrypt.gensalt(4)).decode()
        with sqlite3.connect(given['database']) as database:
            database.execute('update password set password_hash = ?', (hashed,))
            database.execute('update endpoint set url = ?', (given['url'],))
        """;

    public static async Task PrepareAsync(LabFolder folder, KeystoneOptions options, CancellationToken cancellation)
    {
        var version = await PythonServer.VersionOfAsync("keystone", cancellation);
        if (version.Length == 0)
        {
            throw new LabException("LS8001", "Keystone is not installed (packages keystone, sqlite3)");
        }

        Configure(folder, options);
        var name = $"keystone-{version.Replace(':', '_')}-1";
        var template = await TemplateCache.GetAsync(name, part => BootstrapAsync(LabFolder.At(part), cancellation));
        File.Copy(Path.Combine(template, "keystone.db"), folder.PathOf("keystone.db"), overwrite: true);
        File.SetUnixFileMode(folder.PathOf("keystone.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public static Task PersonaliseAsync(LabFolder folder, LabSecret password, string url, CancellationToken cancellation)
    {
        var given = new JsonObject { ["password"] = password.Reveal(), ["url"] = url, ["database"] = folder.PathOf("keystone.db") };
        return CommandRun.RunAsync(PythonServer.Interpreter, ["-c", Personalise], given.ToJsonString(), cancellation: cancellation);
    }

    private static void Configure(LabFolder folder, KeystoneOptions options)
    {
        WriteKeys(folder.Sub("fernet"));
        WriteKeys(folder.Sub("credential"));
        folder.Write("keystone.conf", $"""
            [DEFAULT]
            use_stderr = true
            notification_format = cadf
            notification_opt_out =
            [oslo_messaging_notifications]
            driver = log
            [database]
            connection = sqlite:///{folder.PathOf("keystone.db")}
            [token]
            provider = fernet
            expiration = {(int)options.TokenLifetime.TotalSeconds}
            [fernet_tokens]
            key_repository = {folder.PathOf("fernet")}
            [fernet_receipts]
            key_repository = {folder.PathOf("fernet")}
            [credential]
            key_repository = {folder.PathOf("credential")}
            # As in production, where nothing is kept beyond a change; in this one process memory does what a shared cache does there.
            # Without it each question costs 56 ms of processor time.
            [cache]
            enabled = true
            backend = dogpile.cache.memory_pickle
            [identity]
            password_hash_rounds = 4

            """);
        folder.Write("keystone_lab.py", $"""
            import sys
            sys.argv = ['keystone', '--config-file', '{folder.PathOf("keystone.conf")}']
            from keystone.common import sql
            from keystone.server.wsgi import initialize_public_application
            # As in the databases that Keystone runs on: what belongs to a row goes with it.
            sql.enable_sqlite_foreign_key()
            application = initialize_public_application()

            """);
    }

    private static void WriteKeys(LabFolder folder)
    {
        foreach (var name in new[] { "0", "1" })
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_');
            folder.Write(name, key);
        }
    }

    private static async Task BootstrapAsync(LabFolder part, CancellationToken cancellation)
    {
        Configure(part, new KeystoneOptions());
        string[] program = ["/usr/bin/keystone-manage", "--config-file", part.PathOf("keystone.conf")];
        var environment = new Dictionary<string, string> { ["OS_BOOTSTRAP_PASSWORD"] = LabSecret.Generate().Reveal() };
        await CommandRun.RunAsync(PythonServer.Interpreter, [.. program, "db_sync"], cancellation: cancellation);
        await CommandRun.RunAsync(
            PythonServer.Interpreter,
            [.. program, "bootstrap", "--bootstrap-public-url", "http://127.0.0.1:1/v3", "--bootstrap-region-id", "lab"],
            environment: environment,
            cancellation: cancellation);
        await CommandRun.RunAsync("sqlite3", [part.PathOf("keystone.db"), "PRAGMA journal_mode=WAL"], cancellation: cancellation);
    }
}
