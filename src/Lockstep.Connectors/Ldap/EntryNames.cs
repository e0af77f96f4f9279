using System.Collections.Frozen;
using System.Globalization;
using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>The attributes that are read, and what becomes of them.</summary>
internal static class EntryNames
{
    /// <summary>Attributes that name a group's members by distinguished name, lower-cased as answers have them.</summary>
    public static readonly string[] MemberAttributes = ["member", "uniquemember", "roleoccupant"];

    /// <summary>Everything that is asked for. Passwords are asked for only to see whether there is one.</summary>
    public static readonly string[] Asked =
    [
        "objectClass", "entryUUID", "objectGUID", "entryCSN", "uid", "cn", "displayName", "sAMAccountName", "mail", "employeeNumber",
        "title", "ou", "manager", "owner", "managedBy", "member", "uniqueMember", "roleOccupant", "memberUid", "gidNumber",
        "createTimestamp", "modifyTimestamp", "pwdAccountLockedTime", "pwdPolicySubentry", "pwdEndTime", "pwdChangedTime", "nsAccountLock",
        "userAccountControl", "userPassword",
    ];

    private static readonly FrozenDictionary<string, string> Kept = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["uid"] = "uid", ["samaccountname"] = "uid", ["mail"] = NodeAttributes.Mail, ["employeenumber"] = NodeAttributes.EmployeeNumber,
        ["title"] = "title", ["ou"] = "ou", ["manager"] = "manager", ["displayname"] = "displayName", ["cn"] = "cn",
        ["pwdaccountlockedtime"] = "pwdAccountLockedTime",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Guid? Uuid(LdapAnswer.Entry entry) =>
        entry.Text("entryuuid") is { } text && Guid.TryParse(text, out var uuid) ? uuid
        : entry.Attributes.TryGetValue("objectguid", out var values) && values is [{ Length: 16 } bytes] ? new Guid(bytes)
        : null;

    public static string Name(LdapAnswer.Entry entry) =>
        entry.Text("uid") ?? entry.Text("samaccountname") ?? entry.Text("cn") ?? entry.Dn;

    public static Dictionary<string, string> Attributes(LdapAnswer.Entry entry)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["dn"] = Short(entry.Dn) };
        foreach (var (asked, kept) in Kept)
        {
            if (entry.Text(asked) is { Length: > 0 } text)
            {
                attributes.TryAdd(kept, Short(text));
            }
        }

        AddInstant(attributes, NodeAttributes.CreatedAt, entry.Text("createtimestamp"));
        AddInstant(attributes, "modifiedAt", entry.Text("modifytimestamp"));
        AddInstant(attributes, NodeAttributes.ChangedAt, entry.Text("pwdchangedtime"));
        return attributes;
    }

    /// <summary>Removes the bit string that may follow a name in <c>uniqueMember</c> (RFC 4517, 3.3.21).</summary>
    public static string WithoutUniqueId(string dn) =>
        dn.EndsWith("'B", StringComparison.Ordinal) && dn.LastIndexOf("#'", StringComparison.Ordinal) is > 0 and var at ? dn[..at] : dn;

    /// <summary>
    /// Reads a generalized time in UTC, with or without a fraction; <see langword="null"/> if it is none (such as 000001010000Z).
    /// </summary>
    public static DateTimeOffset? Instant(string? text)
    {
        string[] forms = ["yyyyMMddHHmmss'Z'", "yyyyMMddHHmmss.FFFFFF'Z'", "yyyyMMddHHmm'Z'"];
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, Utc, out var instant) ? instant : null;
    }

    private static void AddInstant(Dictionary<string, string> attributes, string name, string? text)
    {
        if (Instant(text) is { } instant)
        {
            attributes[name] = instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
    }

    private static string Short(string text) => text.Length <= 1024 ? text : text[..1024];
}
