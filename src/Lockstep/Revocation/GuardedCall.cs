using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>Calls a connector so that a call that hangs, or a bug in it, costs one step only.</summary>
internal sealed class GuardedCall(CaseOptions options, TimeProvider time)
{
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, Func<ConnectorError, T> fail, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.CallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // A call that does not look at its token is abandoned all the same.
            return await call(both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return fail(new("LS7002", ConnectorErrorKind.Unreachable, $"no answer within {options.CallTimeout.TotalSeconds:0} s"));
        }
        catch (IncompleteObservationException e) when (!cancellationToken.IsCancellationRequested)
        {
            return fail(e.Error);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A connector reports expected failures as values, so this is a bug in it. Its message may quote anything, so only its type is
            // kept.
            return fail(new("LS7001", ConnectorErrorKind.Malformed, $"the connector threw {e.GetType().Name}"));
        }
    }
}
