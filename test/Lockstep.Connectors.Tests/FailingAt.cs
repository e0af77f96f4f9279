namespace Lockstep.Connectors.Tests;

/// <summary>Carries calls to the real system, but loses the answer of one: the call may have taken effect, as in a crash.</summary>
internal sealed class FailingAt(int nth) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _calls;

    public bool HasFired => _calls >= nth;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (Interlocked.Increment(ref _calls) != nth)
        {
            return response;
        }

        response.Dispose();
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "lost by the test");
    }
}
