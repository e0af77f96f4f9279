using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lockstep.Cedar.Values;

/// <summary>An IPv4 or IPv6 address with a prefix length; equal only when address, prefix and family are equal.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class IpRange : IEquatable<IpRange>
{
    private const int TextMax = 43;
    private readonly UInt128 _address;

    private IpRange(UInt128 address, int prefix, bool isIpv6)
    {
        _address = address;
        Prefix = prefix;
        IsIpv6 = isIpv6;
    }

    /// <summary>Gets the prefix length: 0 to 32, or 0 to 128 for IPv6.</summary>
    public int Prefix { get; }

    /// <summary>Gets a value indicating whether this is an IPv6 range.</summary>
    public bool IsIpv6 { get; }

    /// <summary>Gets a value indicating whether every address of the range is a loopback address.</summary>
    public bool IsLoopback => IsIpv6 ? Prefix == 128 && _address == 1 : Prefix >= 8 && (uint)(_address >> 24) == 127;

    /// <summary>Gets a value indicating whether every address of the range is a multicast address.</summary>
    public bool IsMulticast => IsIpv6 ? Prefix >= 8 && (uint)(_address >> 120) == 0xFF : Prefix >= 4 && (uint)(_address >> 28) == 0xE;

    private int Width => IsIpv6 ? 128 : 32;

    private UInt128 HostMask => Prefix == Width ? UInt128.Zero : UInt128.MaxValue >> (128 - (Width - Prefix));

    /// <summary>Reads <c>10.0.0.1</c>, <c>10.0.0.0/8</c>, <c>::1</c>, <c>fe80::/10</c>; no leading zeros, no IPv4 inside IPv6.</summary>
    public static bool TryParse(string text, out IpRange? range)
    {
        range = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        var isIpv6 = host.Contains(':', StringComparison.Ordinal);
        if (text.Length > TextMax || !TryAddress(host, isIpv6, out var address))
        {
            return false;
        }

        var prefix = isIpv6 ? 128 : 32;
        if (slash >= 0 && !TryPrefix(text[(slash + 1)..], prefix, out prefix))
        {
            return false;
        }

        range = new(address, prefix, isIpv6);
        return true;
    }

    /// <summary>Says whether every address of this range is in <paramref name="other"/>.</summary>
    public bool IsInRange(IpRange other) => IsIpv6 == other.IsIpv6
        && (_address & ~HostMask) >= (other._address & ~other.HostMask) && (_address | HostMask) <= (other._address | other.HostMask);

    /// <inheritdoc/>
    public bool Equals(IpRange? other) =>
        other is not null && _address == other._address && Prefix == other.Prefix && IsIpv6 == other.IsIpv6;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IpRange);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_address, Prefix, IsIpv6);

    /// <summary>Writes address and prefix.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
        {
            bytes[i] = unchecked((byte)(_address >> (120 - (8 * i))));
        }

        return IsIpv6
            ? string.Create(CultureInfo.InvariantCulture, $"{Groups(bytes)}/{Prefix}")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes[12]}.{bytes[13]}.{bytes[14]}.{bytes[15]}/{Prefix}");
    }

    private static string Groups(ReadOnlySpan<byte> bytes) =>
        string.Join(':', Enumerable.Range(0, 8).Zip(
            bytes.ToArray().Chunk(2), (_, b) => ((b[0] << 8) | b[1]).ToString("x", CultureInfo.InvariantCulture)));

    private static bool TryAddress(string host, bool isIpv6, out UInt128 address)
    {
        address = 0;
        if (!isIpv6)
        {
            return TryIpv4(host, out address);
        }

        // The framework takes scopes, brackets and embedded IPv4; the language takes none of them.
        if (!host.All(c => c == ':' || char.IsAsciiHexDigit(c)) || host.StartsWith(":::", StringComparison.Ordinal)
            || host.Split(':').Any(group => group.Length > 4)
            || !IPAddress.TryParse(host, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        foreach (var part in parsed.GetAddressBytes())
        {
            address = (address << 8) | part;
        }

        return true;
    }

    private static bool TryIpv4(string host, out UInt128 address)
    {
        address = 0;
        var octets = host.Split('.');
        foreach (var octet in octets)
        {
            if (octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0') || !octet.All(char.IsAsciiDigit)
                || !byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            address = (address << 8) | value;
        }

        return octets.Length == 4;
    }

    private static bool TryPrefix(string text, int max, out int prefix)
    {
        prefix = 0;
        return text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= max;
    }
}
