using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// A real connected system whose truth the test sets by the system's own client, never by our connector. Systems are shared by suites:
/// each subject makes its own names and looks at nothing else.
/// </summary>
public interface IConnectorSubject : IAsyncDisposable
{
    /// <summary>Gets the server's TCP port on loopback.</summary>
    int Port { get; }

    /// <summary>Makes a connector with the rights that the README asks for, through any port.</summary>
    IConnector Connect(int port);

    /// <summary>
    /// Makes a connector that may read most and change nothing, or <see langword="null"/> if the system knows no such rights.
    /// </summary>
    IConnector? ConnectReadOnly();

    /// <summary>Makes a connector with a wrong credential.</summary>
    IConnector ConnectWithWrongCredential();

    /// <summary>
    /// Gets what a read-only connector cannot see, as a scope that it must report; <see langword="null"/> if it sees everything.
    /// </summary>
    string? HiddenFromReadOnly { get; }

    /// <summary>Creates access with awkward names among it, more than one page of it; says which links must be seen.</summary>
    Task<IReadOnlyList<LinkKey>> SeedAsync();

    /// <summary>Removes one of the seeded links with the system's own client.</summary>
    Task RemoveAsync(LinkKey link);

    /// <summary>Makes one fresh trial for every cut of the connector (but for rotation).</summary>
    Task<IReadOnlyList<CutTrial>> TrialsAsync();

    /// <summary>Removes what the trials so far have left, where every listing would take longer for it.</summary>
    Task ForgetTrialsAsync() => Task.CompletedTask;
}

/// <summary>One cut to make, on access that was made for it.</summary>
/// <param name="Name">What is cut, for failure messages.</param>
/// <param name="Cut">The cut.</param>
/// <param name="HoldsAsync">Asks the system's own client whether the access works.</param>
/// <param name="TakeAwayAsync">Cuts it with the system's own client.</param>
public sealed record CutTrial(string Name, Cut Cut, Func<Task<bool>> HoldsAsync, Func<Task> TakeAwayAsync)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
