using System.Collections.Frozen;

namespace Lockstep.Graph;

/// <summary>The kinds of node that the graph knows, as they are written in a <see cref="NodeId"/>.</summary>
public static class NodeKinds
{
    /// <summary>The person, workload, device or agent behind accounts.</summary>
    public const string Identity = "identity";

    /// <summary>An identity's representation in one connected system.</summary>
    public const string Account = "account";

    /// <summary>A principal whose members inherit what it holds.</summary>
    public const string Group = "group";

    /// <summary>A principal that others assume: a database role without login, a cloud role on a project, a vault policy.</summary>
    public const string Role = "role";

    /// <summary>A time-boxed grant.</summary>
    public const string Elevation = "elevation";

    /// <summary>What proves a claim to an account: password, key, certificate, token.</summary>
    public const string Credential = "credential";

    /// <summary>A conversation opened with a credential.</summary>
    public const string Session = "session";

    /// <summary>A credential or key as stored in a vault.</summary>
    public const string Secret = "secret";

    /// <summary>One version of a secret, which somebody may have read.</summary>
    public const string SecretVersion = "secret-version";

    /// <summary>An issuer or subject that is trusted.</summary>
    public const string Issuer = "issuer";

    /// <summary>What is protected: table, schema, database, host, project.</summary>
    public const string Resource = "resource";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> All = FrozenSet.Create(
        StringComparer.Ordinal, Identity, Account, Group, Role, Elevation, Credential, Session, Secret, SecretVersion, Issuer, Resource)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Gives the one string of a known kind, so that millions of ids share it, and a new one for any other.</summary>
    internal static string Known(ReadOnlySpan<char> kind) => All.TryGetValue(kind, out var known) ? known : kind.ToString();
}
