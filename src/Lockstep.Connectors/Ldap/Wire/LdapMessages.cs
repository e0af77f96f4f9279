using System.Text;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>Result codes of RFC 4511 (appendix A) and RFC 4533 that the connector tells apart.</summary>
internal static class LdapCodes
{
    public const int Success = 0;
    public const int TimeLimitExceeded = 3;
    public const int SizeLimitExceeded = 4;
    public const int StrongerAuthRequired = 8;
    public const int Referral = 10;
    public const int AdminLimitExceeded = 11;
    public const int ConfidentialityRequired = 13;
    public const int NoSuchAttribute = 16;
    public const int UndefinedAttributeType = 17;
    public const int ConstraintViolation = 19;
    public const int AttributeOrValueExists = 20;
    public const int InvalidAttributeSyntax = 21;
    public const int NoSuchObject = 32;
    public const int InappropriateAuthentication = 48;
    public const int InvalidCredentials = 49;
    public const int InsufficientAccessRights = 50;
    public const int Busy = 51;
    public const int Unavailable = 52;
    public const int UnwillingToPerform = 53;
    public const int ObjectClassViolation = 65;
    public const int Other = 80;
    public const int SyncRefreshRequired = 4096;
}

/// <summary>One control of a message.</summary>
internal sealed record LdapControl(string Oid, bool IsCritical, byte[]? Value);

/// <summary>What to search for. Aliases are never dereferenced.</summary>
internal sealed record LdapSearch(string BaseDn, LdapScope Scope, LdapFilter Filter, IReadOnlyList<string> Attributes);

/// <summary>How deep a search goes; the numbers are the wire's.</summary>
internal enum LdapScope
{
    Base = 0,
    Subtree = 2,
}

/// <summary>One change of a modify request; the numbers are the wire's.</summary>
internal enum LdapChangeKind
{
    Add = 0,
    Delete = 1,
    Replace = 2,
}

/// <summary>One change of a modify request.</summary>
internal sealed record LdapChange(LdapChangeKind Kind, string Attribute, IReadOnlyList<byte[]> Values)
{
    public static LdapChange Of(LdapChangeKind kind, string attribute, params string[] values) =>
        new(kind, attribute, [.. values.Select(Encoding.UTF8.GetBytes)]);
}

/// <summary>What a server sends. Closed.</summary>
internal abstract record LdapAnswer
{
    private LdapAnswer()
    {
    }

    /// <summary>Gets the controls that came with the message.</summary>
    public IReadOnlyList<LdapControl> Controls { get; init; } = [];

    /// <summary>An entry of a search. Attribute names are lower-cased, options kept.</summary>
    internal sealed record Entry(string Dn, IReadOnlyDictionary<string, IReadOnlyList<byte[]>> Attributes) : LdapAnswer
    {
        public string? Text(string attribute) =>
            Attributes.TryGetValue(attribute, out var values) && values.Count > 0 ? Encoding.UTF8.GetString(values[0]) : null;

        public IEnumerable<string> Texts(string attribute) =>
            Attributes.TryGetValue(attribute, out var values) ? values.Select(Encoding.UTF8.GetString) : [];
    }

    /// <summary>Part of the tree is on another server; never followed.</summary>
    internal sealed record Reference : LdapAnswer;

    /// <summary>An intermediate response (RFC 4511, 4.13).</summary>
    internal sealed record Intermediate(string? Oid, byte[] Value) : LdapAnswer;

    /// <summary>The end of an operation.</summary>
    internal sealed record Done(int Code, string Diagnostic) : LdapAnswer;
}

/// <summary>The server ended an operation with something other than success.</summary>
internal sealed class LdapRefusalException(int code, string diagnostic) : Exception($"result {code}: {diagnostic}")
{
    public int Code => code;

    public string Diagnostic => diagnostic;
}
