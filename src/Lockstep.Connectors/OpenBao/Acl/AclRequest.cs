using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>One request as policies see it.</summary>
/// <param name="Operation">One capability other than deny and sudo.</param>
/// <param name="Path">The path below <c>/v1/</c>.</param>
internal sealed record AclRequest(AclCapabilities Operation, string Path)
{
    public IReadOnlyDictionary<string, JsonNode?> Data { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Gets how long the wrapped answer is to live, or <see langword="null"/> if it is not to be wrapped.</summary>
    public TimeSpan? WrapTtl { get; init; }
}

/// <summary>What the policies say of a request.</summary>
/// <param name="IsAllowed">Whether it is allowed.</param>
/// <param name="Capabilities">All that the path's rule allows.</param>
/// <param name="Path">The path of the rule that decided, as policies write it; <see langword="null"/> if none matched.</param>
/// <param name="Policies">Which policies granted it, or denied it.</param>
/// <param name="NeedsWrapping">Whether only a wrapped answer is given.</param>
internal sealed record AclDecision(
    bool IsAllowed, AclCapabilities Capabilities, string? Path, IReadOnlyList<string> Policies, bool NeedsWrapping = false)
{
    /// <summary>Gets a value indicating whether paths that ask for <c>sudo</c> are open.</summary>
    public bool HasSudo => Capabilities.HasFlag(AclCapabilities.Sudo);
}
