using System.Globalization;

namespace Lockstep.Server.Config;

/// <summary>One thing that is wrong in a configuration file.</summary>
/// <param name="Code">The diagnostic code, LS1001 to LS1009.</param>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line, from 1; 0 if it is about the file as a whole.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Key">The key with its path, such as <c>systems.corp-ldap.address</c>.</param>
/// <param name="Expected">What is wrong and what was expected; never a value that may be a secret.</param>
public sealed record ConfigProblem(string Code, string File, int Line, int Column, string Key, string Expected)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var place = Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
        return Key.Length == 0 ? $"{place}: {Code}: {Expected}" : $"{place}: {Code}: {Key}: {Expected}";
    }
}
