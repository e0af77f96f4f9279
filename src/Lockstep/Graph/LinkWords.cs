using System.Collections.Frozen;
using System.Diagnostics;

namespace Lockstep.Graph;

/// <summary>The words by which kinds, states and enforcement are written in facts, on the wire and on the screen.</summary>
public static class LinkWords
{
    private static readonly FrozenDictionary<string, LinkKind> KindByWord =
        Enum.GetValues<LinkKind>().ToFrozenDictionary(k => k.Word, k => k, StringComparer.Ordinal);

    /// <summary>Gets all words of link kinds, in the order of <see cref="LinkKind"/>.</summary>
    public static IReadOnlyList<string> KindWords { get; } = [.. Enum.GetValues<LinkKind>().Select(k => k.Word)];

    /// <summary>Finds the kind that a word such as <c>memberOf</c> names.</summary>
    public static bool TryParseKind(ReadOnlySpan<char> word, out LinkKind kind) =>
        KindByWord.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out kind);

    /// <summary>Gives the word of an enforcement mode: <c>online</c>, <c>cached</c>, <c>connection</c> or <c>expiry-only</c>.</summary>
    public static string WordOf(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Online => "online",
        EnforcementMode.Cached => "cached",
        EnforcementMode.Connection => "connection",
        EnforcementMode.ExpiryOnly => "expiry-only",
        _ => throw new UnreachableException($"Bug in Lockstep: unknown enforcement mode {(int)mode}."),
    };

    /// <summary>Finds the enforcement mode that a word names.</summary>
    public static bool TryParseMode(ReadOnlySpan<char> word, out EnforcementMode mode)
    {
        (var found, mode) = word switch
        {
            "online" => (true, EnforcementMode.Online),
            "cached" => (true, EnforcementMode.Cached),
            "connection" => (true, EnforcementMode.Connection),
            "expiry-only" => (true, EnforcementMode.ExpiryOnly),
            _ => (false, default),
        };
        return found;
    }

    /// <summary>Gives the word of a state: <c>active</c>, <c>disabled</c> or <c>ended</c>.</summary>
    public static string WordOf(NodeState state) => state switch
    {
        NodeState.Active => "active",
        NodeState.Disabled => "disabled",
        NodeState.Ended => "ended",
        _ => throw new UnreachableException($"Bug in Lockstep: unknown node state {(int)state}."),
    };

    /// <summary>Finds the state that a word names.</summary>
    public static bool TryParseState(ReadOnlySpan<char> word, out NodeState state)
    {
        (var found, state) = word switch
        {
            "active" => (true, NodeState.Active),
            "disabled" => (true, NodeState.Disabled),
            "ended" => (true, NodeState.Ended),
            _ => (false, default),
        };
        return found;
    }
}
