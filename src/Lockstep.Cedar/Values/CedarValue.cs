using System.Diagnostics;
using System.Globalization;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Values;

/// <summary>One value of the language. Scalars need no memory of their own.</summary>
/// <remarks>The default is <see cref="CedarKind.None"/>: no value. Reading a value as another kind than it has is misuse.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly struct CedarValue : IEquatable<CedarValue>
{
    private readonly long _number;
    private readonly object? _reference;

    private CedarValue(CedarKind kind, long number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    /// <summary>Gets the truth value <c>true</c>.</summary>
    public static CedarValue True { get; } = new(CedarKind.Bool, 1, null);

    /// <summary>Gets the truth value <c>false</c>.</summary>
    public static CedarValue False { get; } = new(CedarKind.Bool, 0, null);

    /// <summary>Gets the kind.</summary>
    public CedarKind Kind { get; }

    /// <summary>Gets the truth value of a <see cref="CedarKind.Bool"/>.</summary>
    public bool AsBool => _number != 0;

    /// <summary>Gets the number: of a long itself, of a decimal x 10,000, of a datetime or duration the milliseconds.</summary>
    public long AsLong => _number;

    /// <summary>Gets the text of a <see cref="CedarKind.String"/>.</summary>
    public string AsString => (string)_reference!;

    /// <summary>Gets the name of a <see cref="CedarKind.Entity"/>.</summary>
    public EntityUid AsEntity => (EntityUid)_reference!;

    /// <summary>Gets the <see cref="CedarKind.Set"/>.</summary>
    public CedarSet AsSet => (CedarSet)_reference!;

    /// <summary>Gets the <see cref="CedarKind.Record"/>.</summary>
    public CedarRecord AsRecord => (CedarRecord)_reference!;

    /// <summary>Gets the <see cref="CedarKind.Ip"/>.</summary>
    public IpRange AsIp => (IpRange)_reference!;

    /// <summary>Gets a value indicating whether this is a value of an extension type.</summary>
    public bool IsExtension => Kind >= CedarKind.Decimal;

    /// <summary>Makes a truth value.</summary>
    public static CedarValue Of(bool value) => value ? True : False;

    /// <summary>Makes a long.</summary>
    public static CedarValue Of(long value) => new(CedarKind.Long, value, null);

    /// <summary>Makes a string.</summary>
    public static CedarValue Of(string value) => new(CedarKind.String, 0, value);

    /// <summary>Makes an entity.</summary>
    public static CedarValue Of(EntityUid value) => new(CedarKind.Entity, 0, value);

    /// <summary>Makes a set.</summary>
    public static CedarValue Of(CedarSet value) => new(CedarKind.Set, 0, value);

    /// <summary>Makes a record.</summary>
    public static CedarValue Of(CedarRecord value) => new(CedarKind.Record, 0, value);

    /// <summary>Makes an IP range.</summary>
    public static CedarValue Of(IpRange value) => new(CedarKind.Ip, 0, value);

    /// <summary>Makes a decimal from its value x 10,000.</summary>
    public static CedarValue OfDecimal(long tenThousandths) => new(CedarKind.Decimal, tenThousandths, null);

    /// <summary>Makes an instant from milliseconds since 1970-01-01T00:00:00Z.</summary>
    public static CedarValue OfDatetime(long milliseconds) => new(CedarKind.Datetime, milliseconds, null);

    /// <summary>Makes a length of time from milliseconds.</summary>
    public static CedarValue OfDuration(long milliseconds) => new(CedarKind.Duration, milliseconds, null);

    /// <summary>Says whether two values are equal; values of different kinds never are.</summary>
    public static bool operator ==(CedarValue left, CedarValue right) => left.Equals(right);

    /// <summary>Says whether two values differ.</summary>
    public static bool operator !=(CedarValue left, CedarValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(CedarValue other) => Kind == other.Kind && Kind switch
    {
        CedarKind.String => (string)_reference! == (string)other._reference!,
        CedarKind.Entity or CedarKind.Set or CedarKind.Record or CedarKind.Ip =>
            ReferenceEquals(_reference, other._reference) || _reference!.Equals(other._reference),
        _ => _number == other._number,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CedarValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _number, _reference);

    /// <summary>Writes the value as an expression of the policy language.</summary>
    public override string ToString() => Kind switch
    {
        CedarKind.None => "(none)",
        CedarKind.Bool => AsBool ? "true" : "false",
        CedarKind.Long => _number.ToString(CultureInfo.InvariantCulture),
        CedarKind.String => $"\"{Escapes.Write(AsString)}\"",
        CedarKind.Entity or CedarKind.Set or CedarKind.Record => _reference!.ToString()!,
        CedarKind.Decimal => $"decimal(\"{Extensions.WriteDecimal(_number)}\")",
        CedarKind.Ip => $"ip(\"{_reference}\")",
        CedarKind.Datetime => $"datetime(\"1970-01-01\").offset(duration(\"{_number}ms\"))",
        CedarKind.Duration => $"duration(\"{_number}ms\")",
        _ => throw new UnreachableException("Bug in Lockstep: unknown kind of value."),
    };
}
