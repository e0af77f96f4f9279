using System.Reflection;

namespace Lockstep.Cli.Demo;

/// <summary>How this program starts itself again.</summary>
internal static class Self
{
    /// <summary>Gets the program to start.</summary>
    public static string Program => Environment.ProcessPath ?? "dotnet";

    /// <summary>Gets the arguments, with our own assembly before them where the program is the runtime's host.</summary>
    public static IReadOnlyList<string> Arguments(params string[] arguments) =>
        Path.GetFileNameWithoutExtension(Program) == "dotnet" ? [Assembly.GetExecutingAssembly().Location, .. arguments] : arguments;
}
