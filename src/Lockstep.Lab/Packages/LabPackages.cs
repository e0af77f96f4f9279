using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Packages;

/// <summary>Which Debian packages the lab's systems come from, which of them are missing, and installing those.</summary>
public static class LabPackages
{
    /// <summary>Packages by system.</summary>
    public static IReadOnlyDictionary<LabSystems, IReadOnlyList<string>> Needed { get; } = new Dictionary<LabSystems, IReadOnlyList<string>>
    {
        [LabSystems.OpenLdap] = ["slapd", "ldap-utils"],
        [LabSystems.PostgreSql] = ["postgresql"],
        [LabSystems.Keystone] = ["keystone", "python3-openstackclient", "python3-waitress", "sqlite3", "curl"],
        [LabSystems.OpenBao] = ["xz-utils", "curl"],
        [LabSystems.OpenSsh] = ["openssh-server", "openssh-client", "sudo"],
        [LabSystems.Barbican] = ["barbican-api", "python3-waitress", "sqlite3", "curl"],
    };

    /// <summary>The packages of <paramref name="systems"/> that are not installed, in order of name.</summary>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(LabSystems systems, CancellationToken cancellation = default)
    {
        var wanted = Needed.Where(entry => (entry.Key & systems) != 0).SelectMany(entry =>
            entry.Value).Append("util-linux").Distinct().Order().ToArray();
        var answer = await CommandRun.TryAsync("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", .. wanted],
            cancellation: cancellation);
        var installed = answer.Output.Split('\n').Where(line => line.EndsWith(" installed", StringComparison.Ordinal)).Select(line =>
            line.Split(' ')[0]);
        return [.. wanted.Except(installed)];
    }

    /// <summary>
    /// Installs what is missing, without starting any service; one call at a time on this host, and nothing to do the second time.
    /// Needs root. Lines of progress go to <paramref name="progress"/>.
    /// </summary>
    /// <exception cref="LabException">LS8008: not root, or apt-get failed.</exception>
    public static async Task InstallAsync(LabSystems systems, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        if ((await FindMissingAsync(systems, cancellation)).Count == 0)
        {
            return;
        }

        if (!UnixSignal.IsRoot)
        {
            var names = string.Join(' ', await FindMissingAsync(systems, cancellation));
            throw new LabException("LS8008", $"missing packages can only be installed as root: apt-get install {names}");
        }

        await using var alone = await HostLock.TakeAsync("packages", cancellation);
        var missing = await FindMissingAsync(systems, cancellation);
        if (missing.Count > 0)
        {
            progress?.Invoke($"installing {string.Join(", ", missing)}");
            await AptGet.InstallAsync(missing, progress, cancellation);
        }
    }
}
