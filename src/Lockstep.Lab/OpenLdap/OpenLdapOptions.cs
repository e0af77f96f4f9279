namespace Lockstep.Lab.OpenLdap;

/// <summary>How the lab's directory differs from the usual one.</summary>
public sealed record OpenLdapOptions
{
    /// <summary>
    /// Whether a password policy with <c>pwdLockout TRUE</c> applies. Without one the server accepts
    /// <c>pwdAccountLockedTime</c> and ignores it, as a real fleet's older directories do.
    /// </summary>
    public bool LockoutPolicy { get; init; } = true;

    /// <summary>Whether <c>ldaps://</c> is offered as well, with a certificate made for this run.</summary>
    public bool Tls { get; init; }

    /// <summary>How many entries one search returns to an ordinary reader; the server's own default is 500.</summary>
    public int SizeLimit { get; init; } = 500;
}
