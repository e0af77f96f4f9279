using Lockstep.Connectors;

namespace Lockstep.Testing.Contracts;

/// <summary>A real system that, on demand, answers what is not so: most often a proxy in front of it that speaks its protocol.</summary>
public interface ILyingSystem : IAsyncDisposable
{
    /// <summary>Gets how often the fault fired since it was set.</summary>
    int Fired { get; }

    /// <summary>Sets what it does from now on.</summary>
    void Set(HttpFault fault);

    /// <summary>Connects as the connector would to the true system.</summary>
    IConnector Connect(IConnectorSubject subject);
}
