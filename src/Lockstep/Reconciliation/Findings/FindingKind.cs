namespace Lockstep.Reconciliation.Findings;

/// <summary>What is the same for all findings of a kind.</summary>
/// <param name="Word">The kind, a heading of docs/reference/findings.md.</param>
/// <param name="ControlMapId">The entry of the control map.</param>
/// <param name="Remedy">What to do.</param>
public sealed record FindingKind(string Word, string ControlMapId, string Remedy)
{
    /// <summary>An identity has left, and an account of it is active.</summary>
    public static FindingKind LeaverActiveAccount { get; } =
        new("leaver-active-account", "leaver-active-account", "offboard the identity, which disables the account and ends what it opened");

    /// <summary>An identity has left, and a credential of it still works.</summary>
    public static FindingKind LeaverCredential { get; } =
        new("leaver-credential", "leaver-surviving-secret", "offboard the identity, which revokes the credential");

    /// <summary>An identity has left, and a session of it is open.</summary>
    public static FindingKind LeaverSession { get; } =
        new("leaver-session", "leaver-live-session", "offboard the identity, which ends the session");

    /// <summary>An identity has left, and could read a secret whose value still works.</summary>
    public static FindingKind LeaverSecret { get; } =
        new("leaver-secret", "leaver-surviving-secret",
            "offboard the identity, which rotates the secret where it is stored and where it opens");

    /// <summary>A credential does not work now and comes back by itself.</summary>
    public static FindingKind LatentCredential { get; } =
        new("latent-credential", "mover-residual-access",
            "revoke the credential: it works again when the account is enabled or the role is granted again");

    /// <summary>A non-human identity that nobody answers for.</summary>
    public static FindingKind OrphanedIdentity { get; } =
        new("orphaned-identity", "orphaned-nhi", "name an owner in the authority, or retire the identity");

    /// <summary>An account that matches no identity.</summary>
    public static FindingKind OrphanedAccount { get; } =
        new("orphaned-account", "uncorrelated-account", "match the account by a rule or a list entry, or delete it in its system");

    /// <summary>A secret that nobody answers for.</summary>
    public static FindingKind UnownedSecret { get; } =
        new("unowned-secret", "unowned-secret", "name an owner in the secret's metadata, or delete the secret");

    /// <summary>A credential that several identities can use.</summary>
    public static FindingKind SharedCredential { get; } =
        new("shared-credential", "nhi-reuse", "give each identity its own credential, or keep the secret readable by its one consumer");

    /// <summary>The same value is stored in several places.</summary>
    public static FindingKind SecretSprawl { get; } =
        new("secret-sprawl", "nhi-reuse", "keep one copy, point the consumers to it, and rotate the value");

    /// <summary>A credential whose value is older than the policy allows.</summary>
    public static FindingKind LongLivedCredential { get; } =
        new("long-lived-credential", "long-lived-secret", "rotate the value, and let it expire or be rotated on a schedule");

    /// <summary>Something matches several nodes; no link was made.</summary>
    public static FindingKind AmbiguousCorrelation { get; } =
        new("ambiguous-correlation", "uncorrelated-account", "decide by an explicit list, or match by an immutable key");

    /// <summary>A link or a secret names something that is not there.</summary>
    public static FindingKind UnmatchedReference { get; } =
        new("unmatched-reference", "uncorrelated-account", "correct what names it, or connect the system that has it");

    /// <summary>A person has access to a sensitive resource that does not end by itself.</summary>
    public static FindingKind StandingPrivilege { get; } =
        new("standing-privilege", "standing-privilege", "make the access eligible and let it be elevated for a time");

    /// <summary>An account that a vault made for a lease lives on without it.</summary>
    public static FindingKind OutlivedLease { get; } =
        new("outlived-lease", "leaver-surviving-secret", "end its sessions and drop it in its system: the vault has forgotten it and never will");

    /// <summary>A token that stands by itself and that nobody is known to hold.</summary>
    public static FindingKind UnheldToken { get; } =
        new("unheld-token", "orphaned-nhi", "find out who made it, or revoke it by its accessor");

    /// <summary>A system let in for longer after a cut than its settings promise.</summary>
    public static FindingKind DenialBoundExceeded { get; } =
        new("denial-bound-exceeded", "leaver-live-session",
            "look at what the system caches and for how long, and correct it there or in lockstep.yaml");

    /// <summary>A witness does not cosign the ledger.</summary>
    public static FindingKind WitnessRefuses { get; } =
        new("witness-refuses", "audit-integrity-failure",
            "compare the ledger with the last cosigned checkpoint (`lockstep ledger verify --since`) before you rely on it");

    /// <summary>Somebody has what a guardrail forbids. Its controls are the guardrail's own.</summary>
    public static FindingKind GuardrailViolated { get; } =
        new("guardrail-violated", "policy-divergence",
            "cut one link of each chain, or offboard the identity; change the guardrail only if it is the guardrail that is wrong");

    /// <summary>Gets all kinds.</summary>
    public static IReadOnlyList<FindingKind> All { get; } =
    [
        LeaverActiveAccount, LeaverCredential, LeaverSession, LeaverSecret, LatentCredential, OrphanedIdentity, OrphanedAccount,
        UnownedSecret, SharedCredential, SecretSprawl, LongLivedCredential, AmbiguousCorrelation, UnmatchedReference, StandingPrivilege,
        OutlivedLease, UnheldToken, DenialBoundExceeded, WitnessRefuses, GuardrailViolated,
    ];
}
