namespace Lockstep.Connectors.Keystone;

/// <summary>How one Keystone is reached, and what is peculiar to it.</summary>
public sealed record KeystoneSettings
{
    /// <summary>Gets the address of the identity API with its version, such as <c>https://keystone.acme.test:5000/v3</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets how we log in.</summary>
    public required KeystoneLogin Login { get; init; }

    /// <summary>Gets how long one call may take; more than zero. 30 s unless set.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many calls may run at the same time, 1 to 32. 4 unless set.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Gets how long a token is valid, as Keystone's <c>[token] expiration</c> says. One hour unless set.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets the names of the roles that administer the cloud. Keystone lets who holds one on any project disable foreign users and
    /// grant itself system rights, so each is shown as a way to the whole cloud. <c>admin</c> unless set.
    /// </summary>
    public IReadOnlyList<string> AdminRoles { get; init; } = ["admin"];
}
