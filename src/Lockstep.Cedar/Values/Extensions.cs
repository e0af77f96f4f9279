using System.Globalization;

namespace Lockstep.Cedar.Values;

/// <summary>Reads and writes the texts of extension values.</summary>
internal static class Extensions
{
    public const long DayMilliseconds = 86_400_000;

    /// <summary>Calls a constructor by name; false where the name is none or the text does not fit.</summary>
    public static bool TryConstruct(string function, string text, out CedarValue value)
    {
        value = default;
        switch (function)
        {
            case "decimal" when TryDecimal(text, out var number):
                value = CedarValue.OfDecimal(number);
                return true;
            case "ip" when IpRange.TryParse(text, out var ip):
                value = CedarValue.Of(ip!);
                return true;
            case "datetime" when TryDatetime(text, out var instant):
                value = CedarValue.OfDatetime(instant);
                return true;
            case "duration" when TryDuration(text, out var length):
                value = CedarValue.OfDuration(length);
                return true;
            default:
                return false;
        }
    }

    public static string WriteDecimal(long value)
    {
        var sign = value < 0 ? "-" : string.Empty;
        var size = value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{size / 10_000}.{(int)(size % 10_000):D4}");
    }

    private static bool TryDecimal(string text, out long value)
    {
        value = 0;
        var negative = text.StartsWith('-');
        var digits = negative ? text.AsSpan(1) : text;
        var point = digits.IndexOf('.');
        if (point < 1 || digits.Length - point - 1 is < 1 or > 4 || digits.Length > 40)
        {
            return false;
        }

        Int128 sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (i == point)
            {
                continue;
            }

            if (!char.IsAsciiDigit(digits[i]) || sum > Int128.MaxValue / 100)
            {
                return false;
            }

            sum = (sum * 10) + (digits[i] - '0');
        }

        for (var places = digits.Length - point - 1; places < 4; places++)
        {
            sum *= 10;
        }

        return TryNarrow(negative ? -sum : sum, out value);
    }

    private static bool TryDuration(string text, out long value)
    {
        value = 0;
        var negative = text.StartsWith('-');
        var rest = negative ? text.AsSpan(1) : text;
        if (rest.IsEmpty)
        {
            return false;
        }

        Int128 sum = 0;
        foreach (var (unit, size) in ((string, long)[])[("d", DayMilliseconds), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)])
        {
            var count = 0;
            while (count < rest.Length && char.IsAsciiDigit(rest[count]))
            {
                count++;
            }

            var suffix = rest[count..];
            var letters = suffix.StartsWith("ms", StringComparison.Ordinal) ? "ms" : suffix.IsEmpty ? string.Empty : suffix[..1].ToString();
            if (count == 0 || letters != unit)
            {
                continue;
            }

            if (!UInt64.TryParse(rest[..count], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            sum += (Int128)number * size;
            rest = suffix[unit.Length..];
        }

        return rest.IsEmpty && TryNarrow(negative ? -sum : sum, out value);
    }

    private static bool TryDatetime(string text, out long value)
    {
        value = 0;
        if (!TryFields(text, "dddd-dd-dd", 0) || !TryDate(text, out var day))
        {
            return false;
        }

        if (text.Length == 10)
        {
            value = day;
            return true;
        }

        if (!TryFields(text, "Tdd:dd:dd", 10) || text.Length < 20)
        {
            return false;
        }

        int Two(int at) => ((text[at] - '0') * 10) + (text[at + 1] - '0');
        var (hour, minute, second) = (Two(11), Two(14), Two(17));
        var millisecond = 0;
        var zoneAt = 19;
        if (text[19] == '.')
        {
            if (!TryFields(text, ".ddd", 19))
            {
                return false;
            }

            millisecond = ((text[20] - '0') * 100) + Two(21);
            zoneAt = 23;
        }

        if (hour > 23 || minute > 59 || second > 59 || !TryZone(text, zoneAt, out var offset))
        {
            return false;
        }

        value = day + (hour * 3_600_000L) + (minute * 60_000L) + (second * 1_000L) + millisecond - offset;
        return true;
    }

    private static bool TryZone(string text, int at, out long offset)
    {
        offset = 0;
        if (text.Length == at + 1 && text[at] == 'Z')
        {
            return true;
        }

        if (text.Length != at + 5 || text[at] is not ('+' or '-') || !TryFields(text, "dddd", at + 1))
        {
            return false;
        }

        var hour = ((text[at + 1] - '0') * 10) + (text[at + 2] - '0');
        var minute = ((text[at + 3] - '0') * 10) + (text[at + 4] - '0');
        offset = ((hour * 60L) + minute) * 60_000L * (text[at] == '-' ? -1 : 1);
        return hour < 24 && minute < 60;
    }

    private static bool TryDate(string text, out long milliseconds)
    {
        var year = int.Parse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        var month = int.Parse(text.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture);
        var day = int.Parse(text.AsSpan(8, 2), NumberStyles.None, CultureInfo.InvariantCulture);
        milliseconds = 0;

        // Year 0 is a leap year of the proleptic calendar, which DateTime does not know; year 400 has the same shape.
        var shift = year == 0 ? 400 : 0;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year + shift, month))
        {
            return false;
        }

        var days = new DateOnly(year + shift, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        milliseconds = (days - (shift == 0 ? 0 : 146_097)) * DayMilliseconds;
        return true;
    }

    private static bool TryFields(string text, string shape, int at)
    {
        if (text.Length < at + shape.Length)
        {
            return false;
        }

        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 'd' ? !char.IsAsciiDigit(text[at + i]) : text[at + i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryNarrow(Int128 wide, out long value)
    {
        var fits = wide >= long.MinValue && wide <= long.MaxValue;
        value = fits ? (long)wide : 0;
        return fits;
    }
}
