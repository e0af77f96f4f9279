using System.Globalization;

namespace Lockstep.Connectors.FactFiles;

/// <summary>What can be wrong with facts files; docs/reference/diagnostics/11xx.md.</summary>
internal static class FactsErrors
{
    internal static ConnectorError FolderUnreadable(string folder, Exception cause) =>
        new("LS1101", ConnectorErrorKind.Unreachable, $"the folder `{folder}` cannot be listed ({cause.GetType().Name})");

    internal static ConnectorError FileUnreadable(string file, Exception cause) =>
        new("LS1103", ConnectorErrorKind.Forbidden, $"`{file}` cannot be read ({cause.GetType().Name})");

    internal static ConnectorError FileChanged(string file) =>
        new("LS1104", ConnectorErrorKind.Unreachable, $"`{file}` changed while it was read");

    internal static ConnectorError Line(string code, string file, int line, string problem) =>
        new(code, ConnectorErrorKind.Malformed, string.Create(CultureInfo.InvariantCulture, $"`{file}` line {line}: {problem}"));

    internal static ConnectorError MoreLines(string file, int count) =>
        new("LS1102", ConnectorErrorKind.Malformed, string.Create(CultureInfo.InvariantCulture, $"`{file}`: {count} more lines are wrong"));
}
