namespace Lockstep.Server.Api;

/// <summary>Gives every answer, refusals included, the <c>X-Request-ID</c> that its request came with.</summary>
internal sealed class RequestIds(RequestDelegate next)
{
    private const string Header = "X-Request-ID";
    private const int LengthMax = 1_024;

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var id = context.Request.Headers[Header].ToString();
        if (id.Length is > 0 and <= LengthMax && id.All(c => c is >= ' ' and <= '~'))
        {
            // Not before the answer starts: the handler of failures empties the headers.
            context.Response.OnStarting(
                static state =>
                {
                    var (response, given) = ((HttpResponse, string))state;
                    response.Headers[Header] = given;
                    return Task.CompletedTask;
                },
                (context.Response, id));
        }

        return next(context);
    }
}
