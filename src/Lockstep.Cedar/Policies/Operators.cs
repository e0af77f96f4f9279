namespace Lockstep.Cedar.Policies;

/// <summary>The parts of a request that an expression can name.</summary>
public enum RequestVariable
{
    /// <summary>Who asks.</summary>
    Principal,

    /// <summary>What is asked for.</summary>
    Action,

    /// <summary>On what.</summary>
    Resource,

    /// <summary>Under which circumstances; a record.</summary>
    Context,
}

/// <summary>Operators of one operand.</summary>
public enum UnaryOperator
{
    /// <summary><c>!</c>.</summary>
    Not,

    /// <summary><c>-</c>.</summary>
    Negate,

    /// <summary><c>.isEmpty()</c>.</summary>
    IsEmpty,
}

/// <summary>Operators and built-in methods of two operands.</summary>
public enum BinaryOperator
{
    /// <summary><c>==</c>.</summary>
    Equal,

    /// <summary><c>!=</c>.</summary>
    NotEqual,

    /// <summary><c>&lt;</c>.</summary>
    Less,

    /// <summary><c>&lt;=</c>.</summary>
    LessOrEqual,

    /// <summary><c>&gt;</c>.</summary>
    Greater,

    /// <summary><c>&gt;=</c>.</summary>
    GreaterOrEqual,

    /// <summary><c>in</c>.</summary>
    In,

    /// <summary><c>+</c>.</summary>
    Add,

    /// <summary><c>-</c>.</summary>
    Subtract,

    /// <summary><c>*</c>.</summary>
    Multiply,

    /// <summary><c>.contains(x)</c>.</summary>
    Contains,

    /// <summary><c>.containsAll(set)</c>.</summary>
    ContainsAll,

    /// <summary><c>.containsAny(set)</c>.</summary>
    ContainsAny,

    /// <summary><c>.hasTag(string)</c>.</summary>
    HasTag,

    /// <summary><c>.getTag(string)</c>.</summary>
    GetTag,
}

/// <summary>How operators are written, in policies and in JSON alike.</summary>
internal static class OperatorNames
{
    private static readonly string[] Binary =
        ["==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "contains", "containsAll", "containsAny", "hasTag", "getTag"];

    public static string Of(BinaryOperator op) => Binary[(int)op];

    public static bool IsMethod(BinaryOperator op) => op >= BinaryOperator.Contains;

    public static BinaryOperator? Find(string name) => Array.IndexOf(Binary, name) is var i and >= 0 ? (BinaryOperator)i : null;
}
