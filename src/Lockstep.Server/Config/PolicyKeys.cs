namespace Lockstep.Server.Config;

/// <summary>The section <c>policy</c> of the configuration file.</summary>
internal static class PolicyKeys
{
    internal static readonly IReadOnlyList<ConfigKey> Keys =
    [
        new("files", ConfigType.TextList, "Cedar policy files, and folders of `*.cedar` files; the shipped policy unless set"),
        new("schema", ConfigType.Path, "a Cedar schema; policies and questions that do not fit it are refused"),
        new("entities", ConfigType.Path, "a Cedar entities file (JSON) with what no connected system knows"),
        new("access", ConfigType.TextList,
            "Cedar policy files, and folders of them, on who may do what in Lockstep itself; the shipped set unless set"),
        new("guardrails", ConfigType.TextList, "guardrail files, and folders of `*.cedar` files: what must never be; none unless set"),
        new("maxAge", ConfigType.Duration, "after how long without a complete look a system counts as unknown; 15m unless set"),
        new("logPermits", ConfigType.Number, "of how many permits one is written to the ledger; 100 unless set"),
        new("logDenies", ConfigType.Number, "of how many denies one is written to the ledger, high risk always; 10 unless set"),
    ];

    internal static PolicyConfig Read(string folder, ConfigValues? values)
    {
        var fallback = new PolicyConfig();
        return values is null ? fallback : new PolicyConfig
        {
            Files = Paths(folder, values.List("files")),
            Access = Paths(folder, values.List("access")),
            Schema = values.FindText("schema"),
            Entities = values.FindText("entities"),
            Guardrails = Paths(folder, values.List("guardrails")),
            AgeMax = values.Duration("maxAge") ?? fallback.AgeMax,
            LogPermitsOneIn = values.Number("logPermits") ?? fallback.LogPermitsOneIn,
            LogDeniesOneIn = values.Number("logDenies") ?? fallback.LogDeniesOneIn,
        };
    }

    private static string[] Paths(string folder, IEnumerable<string> files) =>
        [.. files.Select(file => Path.GetFullPath(Path.Combine(folder, file)))];
}
