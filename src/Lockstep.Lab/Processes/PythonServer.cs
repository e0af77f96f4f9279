using System.Globalization;

namespace Lockstep.Lab.Processes;

/// <summary>Debian's Python services behind waitress, with Debian's own interpreter whatever else is first on the path.</summary>
internal static class PythonServer
{
    public const string Interpreter = "/usr/bin/python3";

    /// <summary>Serves <c>application</c> of <c>MODULE.py</c> in <paramref name="folder"/>. One thread, because of SQLite.</summary>
    public static ServerCommand Command(LabFolder folder, string module, int port, bool outlive) => new(
        Interpreter,
        ["-m", "waitress", string.Create(CultureInfo.InvariantCulture, $"--listen=127.0.0.1:{port}"), "--threads=1",
            $"{module}:application"],
        folder.PathOf($"{module}.log"))
    {
        Environment = new Dictionary<string, string>
        {
            ["HOME"] = folder.Root, ["PYTHONPATH"] = folder.Root, ["PYTHONDONTWRITEBYTECODE"] = "1",
        },
        Outlive = outlive,
    };

    /// <summary>The installed version of a Debian package; empty where it is not installed.</summary>
    public static async Task<string> VersionOfAsync(string package, CancellationToken cancellation)
    {
        var answer = await CommandRun.TryAsync("dpkg-query", ["-W", "-f=${db:Status-Status} ${Version}", package],
            cancellation: cancellation);
        return answer.Output.StartsWith("installed ", StringComparison.Ordinal) ? answer.Output["installed ".Length..].Trim() : "";
    }
}
