using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors;

/// <summary>Can make a canary usable again: an account of Lockstep's own with harmless access, which is cut to measure cuts.</summary>
public interface IKeepCanary : IConnector
{
    /// <summary>Enables the account and gives it a value that only this process knows. Idempotent.</summary>
    Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken);
}

/// <summary>Says how long after a cut its system may go on letting in.</summary>
public interface IPromiseDenial : IConnector
{
    /// <summary>
    /// Gets how long after a cut this system may go on letting in, by its own settings as configured here: zero if it looks at each use,
    /// <see langword="null"/> if nothing bounds it.
    /// </summary>
    TimeSpan? LetsInFor { get; }

    /// <summary>
    /// Gets within what time an order takes effect, with the ledger's own time: part of every promised bound. 5 s, unless the system may
    /// keep an order waiting for longer.
    /// </summary>
    TimeSpan AppliesWithin => TimeSpan.FromSeconds(5);

    /// <summary>Gets where <see cref="LetsInFor"/> comes from, in words.</summary>
    string LetsInBecause { get; }
}

/// <summary>Can use a canary as its holder would.</summary>
public interface ITryCanary : IPromiseDenial
{
    /// <summary>Logs in as the canary and keeps what a holder would keep: a token, an open connection.</summary>
    /// <param name="account">The account, which may be of the system that this one trusts.</param>
    /// <param name="value">Its password; not kept.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken);
}

/// <summary>What came of opening a canary's doors. Closed.</summary>
public abstract record CanaryOpening
{
    private CanaryOpening()
    {
    }

    /// <summary>They are open; the caller disposes of each.</summary>
    public sealed record Open(IReadOnlyList<CanaryDoor> Doors) : CanaryOpening;

    /// <summary>The canary does not get in: nothing can be measured.</summary>
    public sealed record Failed(ConnectorError Error) : CanaryOpening;
}

/// <summary>One way in that the canary holds.</summary>
/// <param name="row">The row of the atlas that says what becomes of it after the cut.</param>
/// <param name="until">What that row says.</param>
/// <param name="tryAsync">Uses it, harmlessly; only the system's own refusal is a refusal.</param>
public sealed class CanaryDoor(string row, SurvivalEnd until, Func<CancellationToken, Task<ProbeOutcome>> tryAsync) : IAsyncDisposable
{
    /// <summary>Gets the row of the atlas.</summary>
    public string Row => row;

    /// <summary>Gets until when it goes on, as the row says.</summary>
    public SurvivalEnd Until => until;

    /// <summary>Gets what tries it once and thoroughly after the cut; <see langword="null"/> if trying it is thorough enough.</summary>
    public Func<CancellationToken, Task<ProbeOutcome>>? Thorough { get; init; }

    /// <summary>Gets what is closed at the end.</summary>
    public IAsyncDisposable? Held { get; init; }

    /// <summary>Tries it as thoroughly as it can be tried.</summary>
    public Task<ProbeOutcome> ConfirmAsync(CancellationToken cancellationToken) => Thorough?.Invoke(cancellationToken) ?? TryAsync(cancellationToken);

    /// <summary>Uses it.</summary>
    public Task<ProbeOutcome> TryAsync(CancellationToken cancellationToken) => tryAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Held?.DisposeAsync() ?? ValueTask.CompletedTask;
}
