using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>How we log in to Keystone. Closed: these two and no others.</summary>
public abstract record KeystoneLogin
{
    private KeystoneLogin()
    {
    }

    /// <summary>Gets where the secret comes from; read anew at every login.</summary>
    public required ISecretSource Secret { get; init; }

    /// <summary>As a user with a password.</summary>
    /// <param name="UserName">The user's name.</param>
    /// <param name="UserDomainName">The name of the domain in which the user is.</param>
    public sealed record Password(string UserName, string UserDomainName = "Default") : KeystoneLogin
    {
        /// <summary>Gets the project to log in to by name, or <see langword="null"/> for none or the whole system.</summary>
        public string? ProjectName { get; init; }

        /// <summary>Gets the name of the domain in which the project is.</summary>
        public string ProjectDomainName { get; init; } = "Default";

        /// <summary>Gets a value indicating whether to log in to the whole system (a system role); not together with a project.</summary>
        public bool SystemScope { get; init; }
    }

    /// <summary>With an application credential, which brings its own project.</summary>
    /// <param name="Id">The credential's id.</param>
    public sealed record ApplicationCredential(string Id) : KeystoneLogin;
}
