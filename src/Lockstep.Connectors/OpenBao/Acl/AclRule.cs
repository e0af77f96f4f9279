using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>One <c>path</c> block of a policy.</summary>
internal sealed record AclRule
{
    /// <summary>Gets the policy that it stands in.</summary>
    public required string Policy { get; init; }

    /// <summary>Gets the path as it is matched: without a leading slash, and without the asterisk of a plain prefix.</summary>
    public required string Path { get; init; }

    public required AclPathKind Kind { get; init; }

    public required AclCapabilities Capabilities { get; init; }

    /// <summary>
    /// Gets the values that each parameter may have, by its name in small letters; empty for any; <see langword="null"/> if not limited.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonNode?>>? Allowed { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<JsonNode?>>? Denied { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Gets the least time to live of the wrapping that a request must ask for; zero if none.</summary>
    public TimeSpan MinWrapping { get; init; }

    public TimeSpan MaxWrapping { get; init; }

    /// <summary>Gets the instant (UTC) from which the rule counts no more.</summary>
    public DateTimeOffset? Expiration { get; init; }

    /// <summary>Gets the path as a policy writes it.</summary>
    public string Written => Kind is AclPathKind.Prefix ? Path + "*" : Path;

    /// <summary>Makes a path ready to be matched.</summary>
    public static (string Path, AclPathKind Kind) Classify(string written)
    {
        var path = written.StartsWith('/') ? written[1..] : written;
        return path == "+" || path.Contains("/+", StringComparison.Ordinal) || path.StartsWith("+/", StringComparison.Ordinal)
            ? (path, AclPathKind.Segments)
            : path.EndsWith('*') ? (path[..^1], AclPathKind.Prefix) : (path, AclPathKind.Exact);
    }
}

/// <summary>How a path of a policy is matched.</summary>
internal enum AclPathKind
{
    Exact,

    /// <summary>It ended in <c>*</c>.</summary>
    Prefix,

    /// <summary>It has <c>+</c> segments, and perhaps an asterisk at its end, which it keeps.</summary>
    Segments,
}
