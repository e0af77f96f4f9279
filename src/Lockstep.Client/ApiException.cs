namespace Lockstep.Client;

/// <summary>The server said no, or could not be reached (<see cref="Status"/> 0).</summary>
public sealed class ApiException(int status, ApiProblem problem, Exception? inner = null)
    : Exception($"{problem.Code ?? "LS3010"}: {problem.Detail ?? problem.Title ?? "no reason given"}", inner)
{
    /// <summary>Gets the HTTP status; 0 if nobody answered.</summary>
    public int Status => status;

    /// <summary>Gets what the server said.</summary>
    public ApiProblem Problem => problem;
}
