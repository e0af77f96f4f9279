using Lockstep.Connectors.Keystone;

namespace Lockstep.Connectors.Barbican;

/// <summary>How one Barbican is reached, and what is peculiar to it.</summary>
public sealed record BarbicanSettings
{
    /// <summary>Gets the address without a version, such as <c>https://barbican.acme.test:9311</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets the address of the Keystone that it trusts, such as <c>https://keystone.acme.test:5000/v3</c>.</summary>
    public required Uri KeystoneAddress { get; init; }

    /// <summary>Gets the configured system name of that Keystone: who reads a secret is named there.</summary>
    public required string KeystoneSystem { get; init; }

    /// <summary>
    /// Gets how we log in to Keystone. With an application credential or a project name only that project is seen; with a user and no
    /// project, every project on which the user has a role.
    /// </summary>
    public required KeystoneLogin Login { get; init; }

    /// <summary>
    /// Gets the names of the roles whose holders may read a secret of their project, as Barbican's policy says. <c>creator</c>,
    /// <c>observer</c> and <c>admin</c> unless set; with <c>enforce_new_defaults</c> it is <c>member</c> and <c>admin</c>.
    /// </summary>
    public IReadOnlyList<string> PayloadRoles { get; init; } = ["creator", "observer", "admin"];

    /// <summary>
    /// Gets Barbican's <c>[keystone_authtoken] token_cache_time</c> in seconds: how long it serves a token that Keystone has revoked.
    /// 300 unless set, as is Barbican's own. -1 is no cache; 0 is not "off" but for as long as the token lives.
    /// </summary>
    public int TokenCacheSeconds { get; init; } = 300;

    /// <summary>Gets how long a token is valid, as Keystone's <c>[token] expiration</c> says. One hour unless set.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets how long one call may take; more than zero. 30 s unless set.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many calls may run at the same time, 1 to 32. 4 unless set.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>
    /// Gets a value indicating whether the link from a project's role to a secret may be cut. Barbican can do that only by closing the
    /// secret to all roles of the project but <c>admin</c>, so it is off unless set.
    /// </summary>
    public bool MayCloseProjectAccess { get; init; }

    /// <summary>Gets how many elements a page holds; Barbican's own limit is 100.</summary>
    internal int PageSize { get; init; } = 100;
}
