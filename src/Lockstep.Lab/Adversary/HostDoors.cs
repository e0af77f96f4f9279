using System.Globalization;
using Lockstep.Lab.OpenSsh;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Adversary;

/// <summary>Tries at the SSH host, with ssh.</summary>
internal static class HostDoors
{
    public static Door Login(string name, string chain, SshHostServer host, string key, string? certificate) =>
        new(name, "openssh", chain, async () =>
        {
            var result = await CommandRun.TryAsync("ssh", [.. host.ClientArguments(key, certificate), "true"],
                longest: TimeSpan.FromSeconds(20));
            var verdict = result.ExitCode switch
            {
                0 => AdversaryVerdict.Works,
                255 when result.Errors.Contains("Permission denied", StringComparison.Ordinal) => AdversaryVerdict.Refused,
                _ => AdversaryVerdict.Unclear,
            };
            return new Answer(verdict, string.Create(CultureInfo.InvariantCulture, $"ssh: exit {result.ExitCode}"));
        });

    /// <summary>A shell on the host that repeats each line, kept open.</summary>
    public static Task<LineChild> OpenAsync(SshHostServer host, string key, string certificate) =>
        LineChild.StartAsync("ssh", [.. host.ClientArguments(key, certificate), "while read -r line; do echo \"$line\"; done"]);

    public static Door Session(string name, string chain, LineChild shell) => new(name, "openssh", chain, () => AskAsync(shell));

    public static async Task<Answer> AskAsync(LineChild shell)
    {
        var said = await shell.AskAsync(marker => marker);
        return said switch
        {
            { Line: not null } => new Answer(AdversaryVerdict.Works, "open shell: answered"),
            { Ended: true } => new Answer(AdversaryVerdict.Refused, "open shell: ended by the host"),
            _ => new Answer(AdversaryVerdict.Unclear, "open shell: no answer"),
        };
    }
}
