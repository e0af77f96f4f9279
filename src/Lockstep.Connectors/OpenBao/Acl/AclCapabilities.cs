using System.Collections.Frozen;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>What a policy may allow on a path.</summary>
[Flags]
internal enum AclCapabilities
{
    None = 0,
    Deny = 1,
    Create = 2,
    Read = 4,
    Update = 8,
    Delete = 16,
    List = 32,
    Sudo = 64,
    Patch = 128,
    Scan = 256,
}

/// <summary>The words of capabilities in policies and answers.</summary>
internal static class AclWords
{
    private const AclCapabilities Write =
        AclCapabilities.Create | AclCapabilities.Read | AclCapabilities.Update | AclCapabilities.Delete | AclCapabilities.List;

    private static readonly FrozenDictionary<string, AclCapabilities> ByWord = Enum.GetValues<AclCapabilities>()
        .Where(c => c is not AclCapabilities.None)
        .ToFrozenDictionary(c => Enum.GetName(c)!.ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Reads a capability; a word that OpenBao does not know allows nothing.</summary>
    public static AclCapabilities Of(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>Reads the older way to write a rule, <c>policy = "write"</c>.</summary>
    public static AclCapabilities OfShorthand(string? word) => word switch
    {
        "deny" => AclCapabilities.Deny,
        "read" => AclCapabilities.Read | AclCapabilities.List,
        "write" => Write,
        "sudo" => Write | AclCapabilities.Sudo,
        _ => AclCapabilities.None,
    };

    /// <summary>Writes capabilities as <c>sys/capabilities</c> answers them, in the order of their names.</summary>
    public static IReadOnlyList<string> Say(AclCapabilities capabilities) =>
        capabilities is AclCapabilities.None || capabilities.HasFlag(AclCapabilities.Deny)
            ? ["deny"]
            : [.. ByWord.Where(w => capabilities.HasFlag(w.Value)).Select(w => w.Key).Order(StringComparer.Ordinal)];
}
