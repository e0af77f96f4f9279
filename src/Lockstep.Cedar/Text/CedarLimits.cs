namespace Lockstep.Cedar.Text;

/// <summary>Bounds on what a text may ask of us. Beyond them the answer is an error with the bound's name, never a crash.</summary>
public static class CedarLimits
{
    /// <summary>Longest text of policies, a schema or a JSON document: 64 Mi characters.</summary>
    public const int TextLengthMax = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of brackets, braces and <c>if</c>: 250.</summary>
    public const int NestingMax = 250;

    /// <summary>Tallest expression tree, counting long chains of operators: 2,000.</summary>
    public const int ExpressionHeightMax = 2_000;

    /// <summary>Deepest nesting of a JSON document: 500.</summary>
    public const int JsonDepthMax = 500;

    /// <summary>Most elements of one set or record: 1,000,000.</summary>
    public const int ElementsMax = 1_000_000;

    /// <summary>Longest string literal or entity id: 1 Mi characters.</summary>
    public const int StringLengthMax = 1024 * 1024;
}
