using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>Requests as bytes (RFC 4511, BER).</summary>
internal static class LdapEncoding
{
    public const string StartTlsOid = "1.3.6.1.4.1.1466.20037";
    public const string PasswordModifyOid = "1.3.6.1.4.1.4203.1.11.1";

    public static Action<AsnWriter> Bind(string dn, byte[] password) => writer =>
    {
        using (writer.PushSequence(Application(0)))
        {
            writer.WriteInteger(3);
            writer.WriteOctetString(Encoding.UTF8.GetBytes(dn));
            writer.WriteOctetString(password, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    };

    public static void Unbind(AsnWriter writer) => writer.WriteNull(new Asn1Tag(TagClass.Application, 2));

    public static Action<AsnWriter> Search(LdapSearch search, TimeSpan timeLimit) => writer =>
    {
        using (writer.PushSequence(Application(3)))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(search.BaseDn));
            writer.WriteEnumeratedValue(search.Scope);
            writer.WriteEnumeratedValue(LdapScope.Base); // derefAliases: never
            writer.WriteInteger(0);
            writer.WriteInteger((int)timeLimit.TotalSeconds);
            writer.WriteBoolean(false);
            search.Filter.Write(writer);
            using (writer.PushSequence())
            {
                foreach (var attribute in search.Attributes)
                {
                    writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
                }
            }
        }
    };

    public static Action<AsnWriter> Modify(string dn, IReadOnlyList<LdapChange> changes) => writer =>
    {
        using (writer.PushSequence(Application(6)))
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(dn));
            using (writer.PushSequence())
            {
                foreach (var change in changes)
                {
                    WriteChange(writer, change);
                }
            }
        }
    };

    public static Action<AsnWriter> Extended(string oid, byte[]? value) => writer =>
    {
        using (writer.PushSequence(Application(23)))
        {
            writer.WriteOctetString(Encoding.ASCII.GetBytes(oid), new Asn1Tag(TagClass.ContextSpecific, 0));
            if (value is not null)
            {
                writer.WriteOctetString(value, new Asn1Tag(TagClass.ContextSpecific, 1));
            }
        }
    };

    /// <summary>The value of the password modify operation (RFC 3062): set, without the old one.</summary>
    public static byte[] PasswordModify(string dn, ReadOnlySpan<byte> password)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(dn), new Asn1Tag(TagClass.ContextSpecific, 0));
            writer.WriteOctetString(password, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return writer.Encode();
    }

    public static byte[] Message(int id, Action<AsnWriter> operation, IReadOnlyList<LdapControl> controls)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            operation(writer);
            if (controls.Count > 0)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)))
                {
                    foreach (var control in controls)
                    {
                        WriteControl(writer, control);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static Asn1Tag Application(int number) => new(TagClass.Application, number, isConstructed: true);

    private static void WriteChange(AsnWriter writer, LdapChange change)
    {
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(change.Kind);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(Encoding.UTF8.GetBytes(change.Attribute));
                using (writer.PushSetOf())
                {
                    foreach (var value in change.Values)
                    {
                        writer.WriteOctetString(value);
                    }
                }
            }
        }
    }

    private static void WriteControl(AsnWriter writer, LdapControl control)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(Encoding.ASCII.GetBytes(control.Oid));
            writer.WriteBoolean(control.IsCritical);
            if (control.Value is { } value)
            {
                writer.WriteOctetString(value);
            }
        }
    }
}
