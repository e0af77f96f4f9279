using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Packages;

/// <summary>apt-get without questions, and without starting the services that it installs.</summary>
internal static class AptGet
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    private static readonly Dictionary<string, string> Quiet = new() { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C.UTF-8" };

    public static async Task InstallAsync(IReadOnlyList<string> packages, Action<string>? progress, CancellationToken cancellation)
    {
        using var policy = NoServiceStart.Begin();
        if (!Directory.Exists("/var/lib/apt/lists") || Directory.GetFiles("/var/lib/apt/lists", "*Packages*").Length == 0)
        {
            progress?.Invoke("fetching the lists of packages");
            await RunAsync(["update", "-q"], cancellation);
        }

        foreach (var package in packages)
        {
            progress?.Invoke(package);
            await RunAsync(["install", "-y", "-q", "--no-install-recommends", package], cancellation);
        }
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellation)
    {
        string[] line = ["-o", "DPkg::Lock::Timeout=600", .. arguments];
        var result = await CommandRun.TryAsync("apt-get", line, environment: Quiet, longest: Longest, cancellation: cancellation);
        if (!result.Succeeded)
        {
            var last = string.Join('\n', result.Errors.Split('\n').Where(l => l.StartsWith("E:", StringComparison.Ordinal)).TakeLast(3));
            throw new LabException("LS8008", $"apt-get {arguments[0]} ended with {result.ExitCode}: {last}");
        }
    }
}
