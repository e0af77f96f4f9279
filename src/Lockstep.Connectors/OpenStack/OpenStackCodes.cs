namespace Lockstep.Connectors.OpenStack;

/// <summary>The diagnostic codes of one service, each for a kind of failure.</summary>
internal sealed record OpenStackCodes
{
    /// <summary>Gets the service's name for people.</summary>
    public required string System { get; init; }

    public required string Unauthenticated { get; init; }

    public required string Forbidden { get; init; }

    public required string Throttled { get; init; }

    public required string Broken { get; init; }

    public required string Unreachable { get; init; }

    public required string Malformed { get; init; }

    public required string Unsupported { get; init; }

    /// <summary>Gets the code of a listing that cannot be had whole.</summary>
    public required string PartialListing { get; init; }

    /// <summary>Gets Keystone's.</summary>
    public static OpenStackCodes Keystone { get; } = new()
    {
        System = "Keystone",
        Unauthenticated = "LS2201",
        Forbidden = "LS2202",
        Throttled = "LS2203",
        Broken = "LS2204",
        Unreachable = "LS2205",
        Malformed = "LS2206",
        PartialListing = "LS2207",
        Unsupported = "LS2208",
    };

    /// <summary>Gets Barbican's.</summary>
    public static OpenStackCodes Barbican { get; } = new()
    {
        System = "Barbican",
        Unauthenticated = "LS2301",
        Forbidden = "LS2302",
        Throttled = "LS2303",
        Broken = "LS2304",
        Unreachable = "LS2305",
        Malformed = "LS2306",
        PartialListing = "LS2309",
        Unsupported = "LS2308",
    };

    /// <summary>Gets OpenBao's, which is asked in the same way.</summary>
    public static OpenStackCodes OpenBao { get; } = new()
    {
        System = "OpenBao",
        Unauthenticated = "LS2501",
        Forbidden = "LS2502",
        Throttled = "LS2503",
        Broken = "LS2504",
        Unreachable = "LS2505",
        Malformed = "LS2506",
        PartialListing = "LS2507",
        Unsupported = "LS2508",
    };
}
