using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors;

/// <summary>A connected system. What it can do is which of the interfaces below it implements; there are no flags.</summary>
public interface IConnector : IAsyncDisposable
{
    /// <summary>Gets the name given in configuration, unique in the deployment.</summary>
    string SystemName { get; }

    /// <summary>Gets the kind of connected system, such as <c>ldap</c> or <c>postgresql</c>: the word used in the configuration.</summary>
    string SystemKind { get; }

    /// <summary>Gets the cuts that this connector can make and how each is proven. Does not change during its life.</summary>
    IReadOnlyList<CutCapability> Cuts { get; }

    /// <summary>Looks whether the system is reached, with which version, and what our rights allow and do not allow.</summary>
    Task<Checkup> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>What <c>lockstep doctor</c> shows of one system.</summary>
/// <param name="IsReachable">Whether it answered and took our credential.</param>
/// <param name="Version">The system's own version, or <see langword="null"/>.</param>
/// <param name="Notes">What is possible and what is not with these rights, one sentence each.</param>
public sealed record Checkup(bool IsReachable, string? Version, IReadOnlyList<CheckupNote> Notes);

/// <summary>One remark of a checkup.</summary>
/// <param name="IsProblem">Whether somebody should act.</param>
/// <param name="Text">What, and what to do about it.</param>
public sealed record CheckupNote(bool IsProblem, string Text);

/// <summary>Can list the access that exists.</summary>
public interface IObserveAccess : IConnector
{
    /// <summary>
    /// Streams the access as the system reports it: everything, or with a <paramref name="cursor"/> only what changed since.
    /// </summary>
    /// <remarks>
    /// Reads only. Pages internally and holds at most one page. Order is unspecified. Ends normally only after
    /// <see cref="Observation.Complete"/>; on any doubt it throws <see cref="IncompleteObservationException"/>, because a fact
    /// that is missing from a completed listing is taken to be gone. A cursor that the system no longer knows leads to a full listing.
    /// </remarks>
    IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken);
}

/// <summary>Can say what just changed.</summary>
public interface IWatchAccess : IConnector
{
    /// <summary>
    /// Streams changes as they happen, until cancelled. <see cref="Observation.Complete"/> marks points where the picture is whole.
    /// </summary>
    IAsyncEnumerable<Observation> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>Can cut access, and look whether it is gone.</summary>
public interface ICutAccess : IConnector
{
    /// <summary>Makes the cut. Idempotent: what is already cut is <see cref="CutOutcome.Acknowledged"/> with that as evidence.</summary>
    /// <param name="cut">What to cut; one of <see cref="IConnector.Cuts"/>.</param>
    /// <param name="key">Names this attempt; a second call with the same key must not double the effect.</param>
    /// <param name="cancellationToken">Abandons waiting. The cut may still take effect.</param>
    Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the system again whether what was cut is still listed, with a complete listing of the place where it would be.
    /// </summary>
    Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken);
}

/// <summary>Can try whether access still works.</summary>
public interface IProbeAccess : IConnector
{
    /// <summary>Tries what was cut, harmlessly. Only the system's own refusal counts as refused: a time-out or a 5xx does not.</summary>
    Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken);
}

/// <summary>Keeps secrets whose values we may read and replace: a vault.</summary>
public interface IStoreSecrets : IConnector
{
    /// <summary>Reads a secret's current value, for fingerprinting and rotation only.</summary>
    Task<SecretReading> ReadValueAsync(NodeId secret, CancellationToken cancellationToken);

    /// <summary>Stores a new version that consumers will find where they found the old one. Idempotent by <paramref name="key"/>.</summary>
    Task<CutOutcome> StoreValueAsync(NodeId secret, SecretText value, StepKey key, CancellationToken cancellationToken);

    /// <summary>Makes old versions unreadable (destroyed or deleted), keeping the current one. Idempotent.</summary>
    Task<CutOutcome> RetireOldValuesAsync(NodeId secret, StepKey key, CancellationToken cancellationToken);
}

/// <summary>Keeps secrets whose values it makes itself and sets where they are accepted: a vault's static database role.</summary>
public interface IRenewSecrets : IStoreSecrets
{
    /// <summary>Says whether the vault makes the values of this secret itself.</summary>
    bool Renews(NodeId secret);

    /// <summary>Has the vault make a new value and set it where it is accepted. A second call makes another one, which does no harm.</summary>
    Task<CutOutcome> RenewValueAsync(NodeId secret, StepKey key, CancellationToken cancellationToken);
}

/// <summary>Accepts credentials whose value we may test and replace: a database, a directory.</summary>
public interface IRotateCredentials : IConnector
{
    /// <summary>
    /// Finds the credential that the value opens, by the system's stored verifiers and without logging in; the value is not kept.
    /// </summary>
    Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellationToken);

    /// <summary>Replaces the credential's value. The old value must stop working for new logins. Idempotent.</summary>
    Task<CutOutcome> SetValueAsync(NodeId credential, SecretText value, StepKey key, CancellationToken cancellationToken);

    /// <summary>Tries to log in with the value, harmlessly: to prove the old one dead and the new one alive.</summary>
    Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellationToken);
}
