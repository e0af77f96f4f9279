using Lockstep.Graph;

namespace Lockstep.Connectors;

/// <summary>The ways to take access away, in the order in which a case uses them.</summary>
public enum CutKind
{
    /// <summary>
    /// Disable the account: nothing new can be opened as it. Replaces its password where it has one, so that the lock can be tried.
    /// </summary>
    DisableAccount,

    /// <summary>Remove one link: a group membership, a role, a grant, an ACL entry, a trust.</summary>
    RemoveLink,

    /// <summary>Revoke or delete a credential that nobody else uses: application credential, token, key, lease.</summary>
    RevokeCredential,

    /// <summary>End an open session, or all tokens of an account.</summary>
    EndSession,

    /// <summary>Replace the value of a credential that others use too, everywhere it is stored.</summary>
    RotateCredential,
}

/// <summary>One thing to cut.</summary>
public sealed record Cut
{
    /// <summary>Gets how.</summary>
    public required CutKind Kind { get; init; }

    /// <summary>
    /// Gets the account, credential, session or, for <see cref="CutKind.RemoveLink"/>, the link's <see cref="LinkKey.From"/>.
    /// </summary>
    public required NodeId Target { get; init; }

    /// <summary>Gets the link, for <see cref="CutKind.RemoveLink"/> only.</summary>
    public LinkKey? Link { get; init; }

    /// <summary>Gets the system whose connector makes the cut.</summary>
    public string SystemName => Link?.Source ?? Target.SystemName;

    /// <inheritdoc/>
    public override string ToString() => Link is null ? $"{Kind} {Target}" : $"{Kind} {Link}";
}

/// <summary>Names one step of one case, so that a repeat after a crash is recognised as the same step.</summary>
public sealed record StepKey(Guid CaseId, int StepIndex)
{
    /// <inheritdoc/>
    public override string ToString() => $"{CaseId:N}-{StepIndex}";
}

/// <summary>A cut that a connector can make.</summary>
/// <param name="Kind">How.</param>
/// <param name="NodeKind">The kind of <see cref="Cut.Target"/>, one of <see cref="NodeKinds"/>.</param>
/// <param name="Link">For <see cref="CutKind.RemoveLink"/>, which kind of link.</param>
/// <param name="Proof">How it is shown that the access is dead.</param>
/// <param name="Enforcement">How long what was cut may still work after the system acknowledged: the clock of residual access.</param>
/// <param name="Note">What this cut does not reach, or why it cannot be probed; for plan and certificate.</param>
public sealed record CutCapability(CutKind Kind, string NodeKind, LinkKind? Link, ProofKind Proof, Enforcement Enforcement, string? Note)
{
    /// <summary>Gets what says which cuts of this kind the connector takes; <see langword="null"/> if it takes all.</summary>
    public Func<Cut, bool>? Takes { get; init; }
}

/// <summary>How a cut is shown to have worked.</summary>
public enum ProofKind
{
    /// <summary>The system is tried, and refuses.</summary>
    Probe,

    /// <summary>
    /// It cannot be tried without the holder's own secret; a complete listing without it is the proof, and the certificate says so.
    /// </summary>
    Listing,
}

/// <summary>What came of one attempt to cut. Closed.</summary>
public abstract record CutOutcome
{
    private CutOutcome()
    {
    }

    /// <summary>The system said yes (or it was already so). Not proof.</summary>
    /// <param name="Evidence">What it answered, fit for an auditor.</param>
    public sealed record Acknowledged(string Evidence) : CutOutcome;

    /// <summary>The attempt failed; the access must be taken to exist still.</summary>
    public sealed record Failed(ConnectorError Error) : CutOutcome;

    /// <summary>The system refuses the cut, and asking again changes nothing: the access is left.</summary>
    /// <param name="Error">Why.</param>
    /// <param name="Until">When it ends by itself or the system tries again (UTC), if anything bounds it.</param>
    public sealed record Left(ConnectorError Error, DateTimeOffset? Until) : CutOutcome;
}

/// <summary>What a second look showed. Closed.</summary>
public abstract record LookOutcome
{
    private LookOutcome()
    {
    }

    /// <summary>A complete listing no longer shows it.</summary>
    public sealed record Gone(string Evidence) : LookOutcome;

    /// <summary>It is still listed.</summary>
    public sealed record StillThere(string Evidence) : LookOutcome;

    /// <summary>The look failed: nothing is known.</summary>
    public sealed record Unknown(ConnectorError Error) : LookOutcome;
}

/// <summary>What a probe showed. Closed.</summary>
public abstract record ProbeOutcome
{
    private ProbeOutcome()
    {
    }

    /// <summary>The system itself refused.</summary>
    public sealed record Refused(string Evidence) : ProbeOutcome;

    /// <summary>It still works.</summary>
    /// <param name="Until">When it ends by itself (UTC), if anything bounds it.</param>
    public sealed record Works(string Evidence, DateTimeOffset? Until) : ProbeOutcome;

    /// <summary>It cannot be tried.</summary>
    public sealed record NotProbeable(string Reason) : ProbeOutcome;

    /// <summary>The attempt failed: nothing is known.</summary>
    public sealed record Unknown(ConnectorError Error) : ProbeOutcome;
}

/// <summary>What reading a secret's value gave. Closed.</summary>
public abstract record SecretReading
{
    private SecretReading()
    {
    }

    /// <summary>The value; the caller disposes of it.</summary>
    public sealed record Read(Secrets.SecretText Value) : SecretReading;

    /// <summary>The value could not be read.</summary>
    public sealed record Failed(ConnectorError Error) : SecretReading;
}
