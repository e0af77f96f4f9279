using Lockstep.Lab.Processes;

namespace Lockstep.Lab.OpenBao;

/// <summary>Systems that Debian does not have: found on the path, or packed in a folder with a program <c>unpack</c>.</summary>
internal static class PackedSystem
{
    /// <summary>The program <paramref name="program"/> of the packed system <paramref name="name"/>.</summary>
    /// <param name="folder">Where packed systems lie; null means the folder that <c>LOCKSTEP_LAB</c> names.</param>
    /// <exception cref="LabException">LS8001: neither on the path nor packed.</exception>
    public static async Task<string> FindAsync(string name, string program, string? folder, CancellationToken cancellation)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, program));
        if (paths.FirstOrDefault(File.Exists) is { } installed)
        {
            return installed;
        }

        var packed = folder ?? Environment.GetEnvironmentVariable("LOCKSTEP_LAB") ?? "";
        var unpack = Path.Combine(packed, "unpack");
        if (packed.Length == 0 || !File.Exists(unpack) || !File.Exists(Path.Combine(packed, $"{name}.tar.xz")))
        {
            throw new LabException("LS8001", $"{name} is left out: no {program} on the path and no packed {name} (LOCKSTEP_LAB)");
        }

        var unpacked = await CommandRun.RunAsync("bash", [unpack, name, TemplateCache.Root()], cancellation: cancellation);
        return Path.Combine(unpacked.Trim(), program);
    }
}
