namespace Lockstep.Cedar.Policies;

/// <summary>The extension functions: which are called as functions, which as methods.</summary>
internal static class Functions
{
    public static readonly string[] Constructors = ["decimal", "ip", "datetime", "duration"];

    public static readonly string[] Methods =
        ["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange",
            "offset", "durationSince", "toDate", "toTime", "toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"];

    public static readonly string[] BuiltInMethods = ["contains", "containsAll", "containsAny", "isEmpty", "hasTag", "getTag"];

    private static readonly string[] ReservedWords = ["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"];

    public static bool IsConstructor(string name) => Array.IndexOf(Constructors, name) >= 0;

    public static bool IsMethod(string name) => Array.IndexOf(Methods, name) >= 0;

    public static bool IsReserved(string word) => Array.IndexOf(ReservedWords, word) >= 0;
}
