namespace Lockstep.Ask;

/// <summary>What the program ends with; the same for every verb.</summary>
internal static class ExitCode
{
    internal const int Ok = 0;

    /// <summary>It was asked and answered, and the answer is no: findings, a proof that does not hold, access that is left.</summary>
    internal const int DoesNotHold = 1;

    internal const int Usage = 2;
    internal const int NoServer = 3;
    internal const int NotAllowed = 4;
    internal const int Failed = 5;

    internal const string Table = """
        Exit codes:
          0  done, and it holds
          1  answered, and it does not hold: findings, access left, a proof that fails
          2  the command or what it names is wrong
          3  no server answers
          4  not allowed: no token, or its role may not
          5  failed
        """;
}
