using System.Globalization;
using Lockstep.Connectors.Ldap.Wire;

namespace Lockstep.Connectors.Ldap;

/// <summary>How an entry is locked. A lock with a real date may end by itself and is not counted as one.</summary>
internal enum EntryLock
{
    /// <summary>Not locked for good.</summary>
    None,

    /// <summary><c>pwdAccountLockedTime: 000001010000Z</c>; enforced only where a policy says so.</summary>
    Policy,

    /// <summary>Disabled by the directory's own switch: <c>userAccountControl</c> bit 2 or <c>nsAccountLock</c>; always enforced.</summary>
    Switch,
}

/// <summary>Reads locks.</summary>
internal static class EntryLocks
{
    /// <summary>The value that locks until somebody unlocks.</summary>
    public const string ForEver = "000001010000Z";

    private const int AccountDisable = 0x2;

    /// <summary>Reads the lock of an entry.</summary>
    public static EntryLock Of(LdapAnswer.Entry entry)
    {
        var isSwitched = entry.Text("nsaccountlock") is { } text && text.Equals("TRUE", StringComparison.OrdinalIgnoreCase);
        var control = int.TryParse(entry.Text("useraccountcontrol"), CultureInfo.InvariantCulture, out var bits) ? bits : 0;
        return isSwitched || (control & AccountDisable) != 0 ? EntryLock.Switch
            : entry.Text("pwdaccountlockedtime") == ForEver ? EntryLock.Policy
            : EntryLock.None;
    }
}

/// <summary>Which lockout policies the directory shows us.</summary>
/// <param name="Effective">The names (canonical) of policies with <c>pwdLockout TRUE</c>.</param>
internal sealed record LockPolicy(IReadOnlySet<string> Effective)
{
    /// <summary>
    /// Says whether a lock keeps this entry out. The default policy is not visible to a client: where any effective policy is
    /// visible it is taken to be the default; where none is, the server ignores locks, and the account must be taken to work.
    /// </summary>
    public bool Enforces(DirectoryEntry entry) =>
        entry.Lock == EntryLock.Switch
        || (entry.Lock == EntryLock.Policy && (entry.Policy is { } own ? Effective.Contains(own) : Effective.Count > 0));
}
