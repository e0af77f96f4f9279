using System.Formats.Asn1;
using System.Text;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>A search filter as a value (RFC 4511, 4.5.1): there is no filter text, so nothing can be injected into it. Closed.</summary>
internal abstract record LdapFilter
{
    private LdapFilter()
    {
    }

    /// <summary>Matches every entry.</summary>
    public static LdapFilter Everything { get; } = new Present("objectClass");

    /// <summary>Matches entries of any of these object classes.</summary>
    public static LdapFilter AnyClass(IEnumerable<string> classes) => new Any([.. classes.Select(c => new EqualTo("objectClass", c))]);

    public abstract void Write(AsnWriter writer);

    internal sealed record All(IReadOnlyList<LdapFilter> Parts) : LdapFilter
    {
        public override void Write(AsnWriter writer) => WriteSet(writer, 0, Parts);
    }

    internal sealed record Any(IReadOnlyList<LdapFilter> Parts) : LdapFilter
    {
        public override void Write(AsnWriter writer) => WriteSet(writer, 1, Parts);
    }

    internal sealed record EqualTo(string Attribute, string Value) : LdapFilter
    {
        public override void Write(AsnWriter writer) => WriteAssertion(writer, 3, Attribute, Encoding.UTF8.GetBytes(Value));
    }

    internal sealed record EqualToBytes(string Attribute, byte[] Value) : LdapFilter
    {
        public override void Write(AsnWriter writer) => WriteAssertion(writer, 3, Attribute, Value);
    }

    internal sealed record AtLeast(string Attribute, string Value) : LdapFilter
    {
        public override void Write(AsnWriter writer) => WriteAssertion(writer, 5, Attribute, Encoding.UTF8.GetBytes(Value));
    }

    internal sealed record Present(string Attribute) : LdapFilter
    {
        public override void Write(AsnWriter writer) =>
            writer.WriteOctetString(Encoding.UTF8.GetBytes(Attribute), new Asn1Tag(TagClass.ContextSpecific, 7));
    }

    private static void WriteSet(AsnWriter writer, int tag, IReadOnlyList<LdapFilter> parts)
    {
        // A SET OF would be sorted by the writer; servers take the order as it comes, and so a sequence with the set's tag is right.
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag, isConstructed: true)))
        {
            foreach (var part in parts)
            {
                part.Write(writer);
            }
        }
    }

    private static void WriteAssertion(AsnWriter writer, int tag, string attribute, byte[] value)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag, isConstructed: true)))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
            writer.WriteOctetString(value);
        }
    }
}
