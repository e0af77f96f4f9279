namespace Lockstep.Testing.Contracts;

/// <summary>What a system, or a proxy that speaks its protocol, does to answers; named as in HTTP, and in other protocols what is closest.</summary>
public enum HttpFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>500, without asking the server.</summary>
    Answers500,

    /// <summary>503 with Retry-After, without asking the server.</summary>
    Answers503WithRetryAfter,

    /// <summary>429 with Retry-After, without asking the server.</summary>
    Answers429WithRetryAfter,

    /// <summary>429 without a word about when.</summary>
    Answers429,

    /// <summary>401, as if our credential were no longer good.</summary>
    Answers401,

    /// <summary>The server is asked; half of its body comes back and the connection ends.</summary>
    CutsBody,

    /// <summary>What changes something never reaches the server and is answered with its usual OK.</summary>
    SwallowsWrites,

    /// <summary>The pages of a listing after the first come back empty.</summary>
    DropsLastPage,

    /// <summary>What only asks is answered as it was answered before the fault.</summary>
    ReplaysOldAnswers,
}
