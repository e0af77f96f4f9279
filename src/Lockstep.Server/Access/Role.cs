namespace Lockstep.Server.Access;

/// <summary>What a token may do.</summary>
internal enum Role
{
    /// <summary>Look at the estate, findings and cases.</summary>
    Viewer,

    /// <summary>Also look at systems now, offboard and revoke.</summary>
    Operator,

    /// <summary>Look at everything, verify and export the ledger; change nothing.</summary>
    Auditor,

    /// <summary>Everything, tokens included.</summary>
    Admin,
}

/// <summary>Who is asking.</summary>
/// <param name="TokenId">The token's id.</param>
/// <param name="Name">The token's name.</param>
/// <param name="Role">What it may do.</param>
internal sealed record Caller(string TokenId, string Name, Role Role)
{
    /// <summary>Gets how the caller is written into the ledger.</summary>
    public string By => $"token:{Name}";

    /// <summary>Gives who is behind a request that the gate let through.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("Bug in Lockstep: a request without a caller passed the gate.");
}
