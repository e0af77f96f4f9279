using Lockstep.Server.Config;

namespace Lockstep.Server.Decisions;

/// <summary>Where one set of policies comes from.</summary>
/// <param name="Word">The word of its entries in the ledger: <c>policy</c>, or <c>access</c> for those on Lockstep itself.</param>
/// <param name="Config">Its files.</param>
/// <param name="ShippedName">The name of the policies that run where no file is configured.</param>
/// <param name="ShippedPolicy">Their text.</param>
/// <param name="OwnSchema">The schema that they are held to, whatever is configured; <see langword="null"/> for the configured one.</param>
internal sealed record PolicySource(string Word, PolicyConfig Config, string ShippedName, string ShippedPolicy, string? OwnSchema)
{
    /// <summary>Gets a value indicating whether the ledger gets the text of the policies, too.</summary>
    public bool IsTold { get; init; }

    /// <summary>Gets texts by file name that stand in for the policy files; <see langword="null"/> for the files.</summary>
    public IReadOnlyDictionary<string, string>? Texts { get; init; }

    /// <summary>Gives the source of the policies that decisions are made by.</summary>
    public static PolicySource OfDecisions(PolicyConfig config) => new("policy", config, "shipped.cedar", PolicyFiles.ShippedPolicy, null);
}
