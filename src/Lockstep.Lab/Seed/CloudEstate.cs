namespace Lockstep.Lab.Seed;

/// <summary>Ids of what the seed made in Keystone and Barbican; nothing secret.</summary>
public sealed record CloudEstate
{
    /// <summary>The domain of the company.</summary>
    public required string DomainId { get; init; }

    /// <summary>Project ids by name.</summary>
    public required IReadOnlyDictionary<string, string> Projects { get; init; }

    /// <summary>User ids by name.</summary>
    public required IReadOnlyDictionary<string, string> Users { get; init; }

    /// <summary>Group ids by name.</summary>
    public required IReadOnlyDictionary<string, string> Groups { get; init; }

    /// <summary>Application credential ids by name.</summary>
    public required IReadOnlyDictionary<string, string> ApplicationCredentials { get; init; }

    /// <summary>The trust that lets the contractor act for the database administrator.</summary>
    public required string TrustId { get; init; }

    /// <summary>The user id that "sam" had before the name was given to another person; an access list still names it.</summary>
    public required string RecycledUserId { get; init; }

    /// <summary>Secret references by name.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    /// <summary>The container that is the stable handle of the payments database's password; its member is named <c>password</c>.</summary>
    public required string PaymentsContainer { get; init; }
}
