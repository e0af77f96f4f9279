using System.Globalization;
using Lockstep.Lab.PostgreSql;
using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Adversary;

/// <summary>Tries at the database, with psql; passwords go through PGPASSFILE.</summary>
internal sealed class DatabaseDoors(LabConnections connections, LabFolder folder)
{
    private static readonly string[] Refusals =
        ["authentication failed", "not permitted to log in", "permission denied", "does not exist", "no pg_hba.conf entry",
            "too many connections for role"];

    public const string Question = "SELECT count(*) FROM payments";

    public string[] Arguments(string role) =>
    [
        "-X", "-w", "-q", "-A", "-t", "-h", connections.PostgresHost, "-p", connections.PostgresPort.ToString(CultureInfo.InvariantCulture),
        "-U", role, "-d", connections.PostgresDatabase,
    ];

    public Dictionary<string, string> Environment(string role, LabSecret password, string fileName) => new()
    {
        ["PGPASSFILE"] = folder.Write(fileName, $"*:*:*:{role}:{password.Reveal()}\n"), ["PGCONNECT_TIMEOUT"] = "10",
    };

    public Door Login(string name, string chain, string role, Func<LabSecret?> password) =>
        new(name, "postgresql", chain, async () => password() is { } value
            ? await LoginAsync(name, role, value)
            : new Answer(AdversaryVerdict.Refused, "the adversary never learnt a value"));

    private async Task<Answer> LoginAsync(string name, string role, LabSecret password)
    {
        var environment = Environment(role, password, $"{name.Replace(' ', '-')}.pgpass");
        var result = await CommandRun.TryAsync(
            PostgresServer.Psql, [.. Arguments(role), "-c", Question], environment: environment, longest: TimeSpan.FromSeconds(20));
        if (result.Succeeded)
        {
            return new Answer(AdversaryVerdict.Works, "psql: counted the payments");
        }

        var said = result.Errors.Split('\n').FirstOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal))
            ?? result.Errors.Trim();
        var refused = Refusals.Any(words => result.Errors.Contains(words, StringComparison.Ordinal));
        return new Answer(refused ? AdversaryVerdict.Refused : AdversaryVerdict.Unclear, $"psql: {said}");
    }
}
