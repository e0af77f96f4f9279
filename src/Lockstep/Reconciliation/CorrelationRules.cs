using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>Which system says who exists, and how the accounts of the others are matched to its identities.</summary>
public sealed record CorrelationRules
{
    /// <summary>Gets the rules of an estate without an authority: no identities.</summary>
    public static CorrelationRules None { get; } = new() { AuthoritySystem = null, Rules = [] };

    /// <summary>
    /// Gets the configured name of the system whose accounts are identities, or <see langword="null"/> if there is none yet.
    /// </summary>
    public required string? AuthoritySystem { get; init; }

    /// <summary>
    /// Gets the rules. For an account, an explicit list comes first, then rules by key, then rules by attribute; among those the order
    /// given here. The first rule that fits anybody decides; if it fits two, that is a finding and no link.
    /// </summary>
    public required IReadOnlyList<CorrelationRule> Rules { get; init; }
}

/// <summary>How accounts of one system are matched. Closed: these three and no others.</summary>
/// <param name="SystemName">The configured name of the system whose accounts are matched.</param>
public abstract record CorrelationRule(string SystemName)
{
    /// <summary>An attribute of the account holds the immutable key of the authority's account (an entryUUID, an object id).</summary>
    /// <param name="AccountAttribute">The attribute of the account.</param>
    public sealed record ByKey(string SystemName, string AccountAttribute) : CorrelationRule(SystemName);

    /// <summary>
    /// An attribute of the account equals one of the authority's account. What was matched so once stays matched: a new identity
    /// does not get the accounts of an old one by having its name.
    /// </summary>
    /// <param name="AccountAttribute">The attribute of the account; <c>name</c> for its name.</param>
    /// <param name="AuthorityAttribute">The attribute of the authority's account; <c>name</c> for its name.</param>
    public sealed record ByAttribute(string SystemName, string AccountAttribute, string AuthorityAttribute) : CorrelationRule(SystemName)
    {
        /// <summary>Gets a value indicating whether upper and lower case are the same, as in mail addresses.</summary>
        public bool IgnoreCase { get; init; }
    }

    /// <summary>Somebody wrote down which account is whose.</summary>
    /// <param name="Accounts">From the account's immutable key to the immutable key of the authority's account, both as their systems write
    /// them.</param>
    public sealed record ByList(string SystemName, IReadOnlyDictionary<string, string> Accounts) : CorrelationRule(SystemName);

    /// <summary>Finds an attribute, or the name.</summary>
    internal static string? Value(Node node, string attribute) =>
        attribute == NodeMatch.NameAttribute ? node.Name : node.Find(attribute);
}
