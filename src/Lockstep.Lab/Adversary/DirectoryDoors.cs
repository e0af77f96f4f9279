using System.Globalization;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Adversary;

/// <summary>Tries at the directory, with ldapwhoami.</summary>
internal static class DirectoryDoors
{
    public static Door Bind(string name, string url, string dn, string passwordFile) =>
        new(name, "openldap", "directory entry", async () =>
        {
            var result = await CommandRun.TryAsync(
                "ldapwhoami", ["-x", "-o", "nettimeout=10", "-H", url, "-D", dn, "-y", passwordFile], longest: TimeSpan.FromSeconds(15));
            var verdict = result.ExitCode switch
            {
                0 => AdversaryVerdict.Works,
                49 or 50 or 53 => AdversaryVerdict.Refused,
                _ => AdversaryVerdict.Unclear,
            };
            return new Answer(verdict, string.Create(CultureInfo.InvariantCulture, $"ldapwhoami: result {result.ExitCode}"));
        });
}
