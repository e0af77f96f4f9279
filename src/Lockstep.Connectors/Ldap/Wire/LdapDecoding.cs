using System.Formats.Asn1;
using System.Text;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>Answers from bytes (RFC 4511, BER). Anything unexpected is an <see cref="AsnContentException"/>.</summary>
internal static class LdapDecoding
{
    public static (int Id, LdapAnswer? Answer) Message(ReadOnlyMemory<byte> bytes)
    {
        var message = new AsnReader(bytes, AsnEncodingRules.BER).ReadSequence();
        if (!message.TryReadInt32(out var id))
        {
            throw new AsnContentException("message id out of range");
        }

        var operation = message.PeekTag();
        if (operation.TagClass != TagClass.Application)
        {
            throw new AsnContentException("no operation where one belongs");
        }

        var body = message.ReadSequence(operation);
        var answer = Answer(operation.TagValue, body);
        return (id, message.HasData && answer is not null ? answer with { Controls = Controls(message) } : answer);
    }

    private static LdapAnswer? Answer(int operation, AsnReader body) => operation switch
    {
        4 => Entry(body),
        19 => new LdapAnswer.Reference(),
        25 => Intermediate(body),
        1 or 5 or 7 or 24 => Done(body),
        _ => throw new AsnContentException($"operation {operation} is no answer"),
    };

    private static LdapAnswer.Entry Entry(AsnReader body)
    {
        var dn = Text(body);
        var attributes = new Dictionary<string, IReadOnlyList<byte[]>>(StringComparer.Ordinal);
        var list = body.ReadSequence();
        while (list.HasData)
        {
            var attribute = list.ReadSequence();
            var name = Text(attribute).ToLowerInvariant();
            var set = attribute.ReadSetOf(skipSortOrderValidation: true);
            var values = new List<byte[]>();
            while (set.HasData)
            {
                values.Add(set.ReadOctetString());
            }

            attributes[name] = values;
        }

        return new(dn, attributes);
    }

    private static LdapAnswer.Intermediate Intermediate(AsnReader body)
    {
        string? oid = null;
        byte[] value = [];
        while (body.HasData)
        {
            var tag = body.PeekTag();
            var bytes = body.ReadOctetString(tag);
            (oid, value) = tag.TagValue == 0 ? (Encoding.ASCII.GetString(bytes), value) : (oid, bytes);
        }

        return new(oid, value);
    }

    private static LdapAnswer.Done Done(AsnReader body)
    {
        var code = (int)body.ReadEnumeratedValue<LdapResultCode>();
        _ = body.ReadOctetString(); // matchedDN
        return new(code, Text(body));
    }

    private static List<LdapControl> Controls(AsnReader message)
    {
        var controls = new List<LdapControl>();
        var list = message.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        while (list.HasData)
        {
            var control = list.ReadSequence();
            var oid = Encoding.ASCII.GetString(control.ReadOctetString());
            var critical = control.HasData && control.PeekTag() == Asn1Tag.Boolean && control.ReadBoolean();
            controls.Add(new(oid, critical, control.HasData ? control.ReadOctetString() : null));
        }

        return controls;
    }

    private static string Text(AsnReader reader) => Encoding.UTF8.GetString(reader.ReadOctetString());

    /// <summary>Any result code; the reader wants an enumeration.</summary>
    private enum LdapResultCode
    {
    }
}
