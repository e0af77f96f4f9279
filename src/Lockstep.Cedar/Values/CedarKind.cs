namespace Lockstep.Cedar.Values;

/// <summary>The kinds of values of the language.</summary>
public enum CedarKind
{
    /// <summary>No value: what an untouched variable holds; never the result of an evaluation.</summary>
    None,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Bool,

    /// <summary>A whole number of 64 bits.</summary>
    Long,

    /// <summary>A string.</summary>
    String,

    /// <summary>An entity, named by its type and id.</summary>
    Entity,

    /// <summary>A set: no order, no duplicates, any mix of values.</summary>
    Set,

    /// <summary>A record of named values.</summary>
    Record,

    /// <summary>A decimal number of four digits after the point.</summary>
    Decimal,

    /// <summary>An IPv4 or IPv6 address or range.</summary>
    Ip,

    /// <summary>An instant, in milliseconds since 1970-01-01T00:00:00Z.</summary>
    Datetime,

    /// <summary>A length of time in milliseconds.</summary>
    Duration,
}
