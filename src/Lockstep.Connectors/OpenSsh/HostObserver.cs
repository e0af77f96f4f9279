using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Lists a host: every part full each time. A part that our rights hide is not covered; one that breaks ends the listing.</summary>
internal sealed class HostObserver(string system, OpenSshSettings settings, HostReader reader, TimeProvider time)
{
    public const string Keys = "keys";
    public const string Authorities = "authorities";
    private readonly Facts _facts = new(system);
    private readonly HostIds _ids = new(system);

    /// <summary>Streams everything.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var accounts = new HostAccountFacts(_facts, _ids, reader, time);
        var ways = new HostKeyFacts(_facts, _ids, settings, reader);
        var uses = new HostUseFacts(_facts, _ids, settings, reader);
        (string Scopes, Func<IAsyncEnumerable<Observation>> Part)[] parts =
        [
            ("accounts", () => accounts.ObserveAsync(cancellation)),
            (Keys, () => ways.KeysAsync(cancellation)),
            (Authorities, () => ways.AuthoritiesAsync(cancellation)),
            ("certificates", () => uses.CertificatesAsync(cancellation)),
            ("sessions", () => uses.SessionsAsync(cancellation)),
            ("sudo", () => new HostSudoFacts(_facts, _ids, reader).ObserveAsync(cancellation)),
        ];
        var said = new HashSet<FactKey>();
        foreach (var (scope, part) in parts)
        {
            var (seen, hidden) = await WholeAsync(part());
            foreach (var element in hidden is null ? seen : [new Observation.NotCovered(scope, hidden)])
            {
                if (element is not Observation.Seen { Fact: var fact } || said.Add(fact.Key))
                {
                    yield return element;
                }
            }
        }

        yield return new Observation.Complete(IsFull: true, Cursor: null);
    }

    /// <summary>Reads one part whole before any of it is said: half a part would pass for all of it.</summary>
    private static async Task<(List<Observation> Seen, ConnectorError? Hidden)> WholeAsync(IAsyncEnumerable<Observation> part)
    {
        var seen = new List<Observation>();
        try
        {
            await foreach (var element in part)
            {
                seen.Add(element);
            }

            return (seen, null);
        }
        catch (IncompleteObservationException broken)
            when (broken.Error.Kind is ConnectorErrorKind.Forbidden or ConnectorErrorKind.Unsupported)
        {
            return (seen, broken.Error);
        }
    }
}
