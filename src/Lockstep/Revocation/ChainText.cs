using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>Writes a chain on one line.</summary>
public static class ChainText
{
    private const int LengthMax = 1000;

    /// <summary>Writes the nodes with the links between them; cut at 1,000 characters.</summary>
    public static string Of(Chain chain)
    {
        var text = string.Concat(
            chain.Links.Select(l => $" -{l.Kind.Word}{(l.Action is null ? string.Empty : $"[{l.Action}]")}-> {l.To}").Prepend(
                chain.Start.ToString()));
        return text.Length <= LengthMax ? text : text[..LengthMax];
    }
}
