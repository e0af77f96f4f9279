using System.Collections.Frozen;

namespace Lockstep.Graph;

/// <summary>Whether an identity or account may be used, as its system says.</summary>
public enum NodeState
{
    /// <summary>In use, or a kind of node that has no state.</summary>
    Active,

    /// <summary>Locked, disabled or without login: nothing new can be opened as it, what is open may run on.</summary>
    Disabled,

    /// <summary>An identity that has left, or a node that its system calls deleted but still shows.</summary>
    Ended,
}

/// <summary>One node of the graph as a connected system reports it.</summary>
public sealed record Node
{
    /// <summary>Gets the immutable name.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Gets the name for people, which may be recycled and proves nothing.</summary>
    public required string Name { get; init; }

    /// <summary>Gets whether it may be used.</summary>
    public NodeState State { get; init; }

    /// <summary>
    /// Gets what else the system says, by the well-known keys of <see cref="NodeAttributes"/> or the system's own attribute names.
    /// Never a secret value. At most 64 attributes of at most 1,024 characters.
    /// </summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Finds an attribute, or <see langword="null"/>.</summary>
    public string? Find(string attribute) => Attributes.GetValueOrDefault(attribute);
}

/// <summary>Attribute keys that more than one capability reads.</summary>
public static class NodeAttributes
{
    /// <summary>
    /// Of a group: <c>true</c> where everybody of its system is in it by nature. What it holds is never taken from all for the sake of one.
    /// </summary>
    public const string Everyone = "everyone";

    /// <summary>Of an account: <c>true</c> where the system has dropped it, and only what was opened as it before runs on.</summary>
    public const string Dropped = "dropped";

    /// <summary><c>human</c>, <c>service</c>, <c>workload</c>, <c>bot</c> or <c>agent</c>: the kind of identity.</summary>
    public const string IdentityKind = "identityKind";

    /// <summary>A mail address.</summary>
    public const string Mail = "mail";

    /// <summary>The organisation's own number for a person.</summary>
    public const string EmployeeNumber = "employeeNumber";

    /// <summary>
    /// What a credential is: <c>password</c>, <c>application-credential</c>, <c>token</c>, <c>certificate</c>, <c>key</c>, <c>lease</c>.
    /// </summary>
    public const string CredentialType = "credentialType";

    /// <summary>
    /// Who a node's own metadata says answers for it: an employee number, a mail address or a log-in name of the authority.
    /// </summary>
    public const string Owner = "owner";

    /// <summary>When a credential's value was last set (ISO 8601, UTC).</summary>
    public const string ChangedAt = "changedAt";

    /// <summary>When the thing was made (ISO 8601, UTC).</summary>
    public const string CreatedAt = "createdAt";

    /// <summary>When a session was opened (ISO 8601, UTC).</summary>
    public const string StartedAt = "startedAt";

    /// <summary>When we first saw that an identity had left (ISO 8601, UTC).</summary>
    public const string EndedAt = "endedAt";

    /// <summary>The keyed fingerprint of a secret's value; equal fingerprints mean equal values. Not reversible without the key.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary><c>true</c> on a node through which access is latent: it does not work now and may come back by itself.</summary>
    public const string Latent = "latent";

    /// <summary>
    /// What a secret's own metadata declares that it opens: a node id, <c>system:account name</c> or <c>system:role/account name</c>, where
    /// system is a configured name or, if only one system is of it, a kind such as <c>postgresql</c>.
    /// </summary>
    public const string Opens = "opens";

    /// <summary>
    /// What a lease opens, where only the form of the account's name is known: patterns <c>system:name</c> separated by blanks, in which
    /// <c>*</c> stands for anything and <c>?</c> for one character. The one account that fits one of them is meant.
    /// </summary>
    public const string OpensLike = "opensLike";

    /// <summary>On what hands out accounts: the form of their names, written as <see cref="OpensLike"/>.</summary>
    public const string IssuesLike = "issuesLike";

    /// <summary>On a lease: the node id of what handed it out.</summary>
    public const string IssuedBy = "issuedBy";

    /// <summary>
    /// <c>true</c> on an account that is only what a credential logs in as: nobody has it, and to cut it the credential is revoked.
    /// </summary>
    public const string TokenAccount = "tokenAccount";

    /// <summary>When a credential expires (ISO 8601, UTC).</summary>
    public const string ExpiresAt = "expiresAt";

    /// <summary>On the current version of a secret: the secret's node id. Earlier versions have none.</summary>
    public const string VersionOf = "versionOf";

    /// <summary>
    /// The fingerprint (<c>SHA256:...</c>) of an SSH authority: on whoever signs with it, whoever trusts it, and what it signed.
    /// </summary>
    public const string AuthorityFingerprint = "caFingerprint";

    /// <summary>
    /// On who signs: the principals that it signs for, with commas; <c>*</c> for any. Nobody is signed for a principal that is not there.
    /// </summary>
    public const string SignsFor = "allowedUsers";

    /// <summary>On a principal of a host: its name.</summary>
    public const string Principal = "principal";

    /// <summary>On a certificate: its serial number, in decimal where a host says it.</summary>
    public const string Serial = "serial";

    /// <summary>On what was signed and what was opened with it: the display name of who asked for it at the signer.</summary>
    public const string SignedFor = "signedFor";

    /// <summary><c>true</c> on a resource that production depends on.</summary>
    public const string Sensitivity = "sensitivity";
}
