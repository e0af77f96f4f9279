using Lockstep.Lab.Processes;

namespace Lockstep.Lab.PostgreSql;

/// <summary>A database cluster in a folder. It is a copy of a template, since <c>initdb</c> takes seconds, with a password of its own.</summary>
internal static class PostgresCluster
{
    /// <summary>Makes the cluster below <paramref name="folder"/>, owned by the user that the server runs as; returns its folder.</summary>
    public static async Task<string> MakeAsync(LabFolder folder, string programs, LabSecret password, CancellationToken cancellation)
    {
        var owned = folder.PathOf("owned");
        string[] owner = UnixSignal.IsRoot ? ["-o", "postgres", "-g", "postgres"] : [];
        await CommandRun.RunAsync("install", ["-d", "-m", "700", .. owner, owned], cancellation: cancellation);
        var version = (await CommandRun.RunAsync(Path.Combine(programs, "postgres"), ["--version"], cancellation: cancellation)).Trim();
        var name = $"postgresql-{version.Split(' ')[2]}-{(UnixSignal.IsRoot ? "root" : "user")}-1";
        var template = await TemplateCache.GetAsync(name, part => InitialiseAsync(folder, owner, programs, part, cancellation));
        var data = Path.Combine(owned, "data");
        await CommandRun.RunAsync("cp", ["--archive", "--reflink=auto", template, data], cancellation: cancellation);
        await PersonaliseAsync(programs, data, password, cancellation);
        return data;
    }

    /// <summary>Fills <paramref name="part"/>. The server's user cannot reach the cache, so that the cluster is made beside the run's.</summary>
    private static async Task InitialiseAsync(
        LabFolder folder, string[] owner, string programs, string part, CancellationToken cancellation)
    {
        var owned = folder.PathOf("owned");
        var (first, password) = (Path.Combine(owned, "first"), Path.Combine(owned, "password"));
        var given = folder.Write("password", LabSecret.Generate());
        await CommandRun.RunAsync("install", ["-m", "600", .. owner, given, password], cancellation: cancellation);
        string[] line =
        [
            Path.Combine(programs, "initdb"), "-D", first, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "--no-sync",
            "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8",
        ];
        await AsOwnerAsync(line, input: "", cancellation);
        await CommandRun.RunAsync("cp", ["--archive", $"{first}/.", part], cancellation: cancellation);
        File.Delete(given);
        File.Delete(password);
        Directory.Delete(first, recursive: true);
    }

    /// <summary>Sets the administrator's password before the server listens; it crosses by standard input only.</summary>
    private static Task<string> PersonaliseAsync(string programs, string data, LabSecret password, CancellationToken cancellation) =>
        AsOwnerAsync(
            [Path.Combine(programs, "postgres"), "--single", "-D", data, "-c", "fsync=off", "-c", "log_statement=none", "postgres"],
            $"ALTER ROLE postgres PASSWORD '{password.Reveal()}'\n",
            cancellation);

    private static Task<string> AsOwnerAsync(string[] line, string input, CancellationToken cancellation)
    {
        string[] user = UnixSignal.IsRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : ["--pdeathsig", "KILL"];
        return CommandRun.RunAsync("setpriv", [.. user, .. line], input, cancellation: cancellation);
    }
}
