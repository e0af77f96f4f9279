using System.Formats.Asn1;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>What an entry of a sync search stands for (RFC 4533, 2.2); the numbers are the wire's.</summary>
internal enum SyncState
{
    Present = 0,
    Add = 1,
    Modify = 2,
    Delete = 3,
}

/// <summary>A sync info message (RFC 4533, 2.5), reduced to what is needed.</summary>
/// <param name="EndsRefresh">Whether the refresh is done and changes follow.</param>
/// <param name="Deleted">Entries that are gone.</param>
internal sealed record SyncInfo(bool EndsRefresh, IReadOnlyList<Guid> Deleted);

/// <summary>The controls of content synchronisation (RFC 4533) as bytes.</summary>
internal static class SyncControls
{
    public const string RequestOid = "1.3.6.1.4.1.4203.1.9.1.1";
    public const string StateOid = "1.3.6.1.4.1.4203.1.9.1.2";
    public const string InfoOid = "1.3.6.1.4.1.4203.1.9.1.4";

    private const int RefreshDelete = 1;
    private const int RefreshPresent = 2;
    private const int IdSet = 3;

    /// <summary>Asks for everything and then for changes as they happen (refreshAndPersist), without a cookie.</summary>
    public static LdapControl RefreshAndPersist()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(SyncMode.RefreshAndPersist);
        }

        return new(RequestOid, true, writer.Encode());
    }

    /// <summary>Reads the state of one entry and its immutable key.</summary>
    public static (SyncState State, Guid Uuid) State(LdapAnswer.Entry entry)
    {
        if (entry.Controls.FirstOrDefault(c => c.Oid == StateOid)?.Value is not { } value)
        {
            throw new AsnContentException("an entry of a sync search without its state");
        }

        var sequence = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        var state = sequence.ReadEnumeratedValue<SyncState>();
        return (state, Uuid(sequence.ReadOctetString()));
    }

    /// <summary>Reads a sync info message; <see langword="null"/> for one that only carries a cookie.</summary>
    public static SyncInfo? Info(LdapAnswer.Intermediate message)
    {
        if (message.Oid != InfoOid)
        {
            return null;
        }

        var reader = new AsnReader(message.Value, AsnEncodingRules.BER);
        var tag = reader.PeekTag();
        return tag.TagValue switch
        {
            RefreshDelete or RefreshPresent => new(EndsRefresh(reader.ReadSequence(tag)), []),
            IdSet => Deleted(reader.ReadSequence(tag)),
            _ => null,
        };
    }

    private static bool EndsRefresh(AsnReader body)
    {
        SkipCookie(body);
        return !body.HasData || body.ReadBoolean(); // refreshDone DEFAULT TRUE
    }

    private static SyncInfo Deleted(AsnReader body)
    {
        SkipCookie(body);
        var isDeletion = body.HasData && body.PeekTag() == Asn1Tag.Boolean && body.ReadBoolean(); // refreshDeletes DEFAULT FALSE
        var set = body.ReadSetOf(skipSortOrderValidation: true);
        var uuids = new List<Guid>();
        while (set.HasData)
        {
            uuids.Add(Uuid(set.ReadOctetString()));
        }

        return new(EndsRefresh: false, isDeletion ? uuids : []);
    }

    private static void SkipCookie(AsnReader body)
    {
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString))
        {
            body.ReadOctetString();
        }
    }

    private static Guid Uuid(byte[] bytes) =>
        bytes.Length == 16 ? new(bytes, bigEndian: true) : throw new AsnContentException("an entryUUID that is not 16 bytes");

    private enum SyncMode
    {
        RefreshAndPersist = 3,
    }
}
