namespace Lockstep.Connectors.Keystone;

/// <summary>A credential of Keystone, written <c>app:USER:ID</c>, <c>stored:ID</c> (EC2 and others) or <c>trust:ID</c>.</summary>
/// <param name="Kind"><c>app</c>, <c>stored</c> or <c>trust</c>.</param>
/// <param name="UserId">The user, for <c>app</c> only: Keystone finds an application credential only under its user.</param>
/// <param name="Id">Keystone's own id.</param>
internal sealed record KeystoneCredentialKey(string Kind, string UserId, string Id)
{
    /// <summary>An application credential.</summary>
    public const string App = "app";

    /// <summary>A stored credential: EC2, TOTP and others.</summary>
    public const string Stored = "stored";

    /// <summary>A trust.</summary>
    public const string Trust = "trust";

    /// <summary>Gets where it is, below the API's address.</summary>
    public string Path => Kind switch
    {
        App => $"users/{Uri.EscapeDataString(UserId)}/application_credentials/{Uri.EscapeDataString(Id)}",
        Stored => $"credentials/{Uri.EscapeDataString(Id)}",
        _ => $"OS-TRUST/trusts/{Uri.EscapeDataString(Id)}",
    };

    /// <summary>Reads the written form, or gives <see langword="null"/>.</summary>
    public static KeystoneCredentialKey? Find(string text) => text.Split(':') switch
    {
        [App, var user, var id] => new(App, user, id),
        [Stored, var id] => new(Stored, "", id),
        [Trust, var id] => new(Trust, "", id),
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Kind is App ? $"{App}:{UserId}:{Id}" : $"{Kind}:{Id}";
}
