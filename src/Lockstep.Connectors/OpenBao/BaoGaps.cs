namespace Lockstep.Connectors.OpenBao;

/// <summary>Turns a refusal into scopes that are not covered.</summary>
internal static class BaoGaps
{
    /// <summary>Names the scopes if our rights were the reason; otherwise nothing: the caller breaks off on any other error.</summary>
    public static IReadOnlyList<Observation> Of(ConnectorError? error, params ReadOnlySpan<string> scopes)
    {
        var gaps = new List<Observation>();
        foreach (var scope in scopes)
        {
            if (error is { Kind: ConnectorErrorKind.Forbidden })
            {
                gaps.Add(new Observation.NotCovered(scope, error));
            }
        }

        return gaps;
    }
}
