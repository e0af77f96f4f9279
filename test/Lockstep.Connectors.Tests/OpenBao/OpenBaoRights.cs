using Lockstep.Testing;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>The policies that docs/guides/vault-and-host.md tells users to write, as they stand there.</summary>
internal static class OpenBaoRights
{
    private static readonly string[] Blocks =
    [
        .. File.ReadAllText(Path.Combine(OutsideFolders.Repository, "docs/guides/vault-and-host.md")).Split("```hcl\n").Skip(1)
            .Select(b => b.Split("```")[0]),
    ];

    public static string Reading => Blocks[0];

    public static string Sudo => Blocks[1];

    /// <summary>The same for a second database engine.</summary>
    public static string ReadingOf(string mount) => string.Concat(
        Reading.Split('\n').Where(l => l.Contains("\"database/", StringComparison.Ordinal))
            .Select(l => l.Replace("\"database/", $"\"{mount}/", StringComparison.Ordinal) + "\n"));

    public static string Cutting(string appRoles) => Blocks[2].Replace("auth/approle/", $"auth/{appRoles}/", StringComparison.Ordinal);
}
