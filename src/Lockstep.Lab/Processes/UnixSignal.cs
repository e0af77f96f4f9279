using System.Runtime.InteropServices;

namespace Lockstep.Lab.Processes;

/// <summary>Signals by number, sent to one process or to its whole group.</summary>
internal static partial class UnixSignal
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends to the group led by <paramref name="leader"/>; false where the group is gone.</summary>
    public static bool SendToGroup(int leader, int signal) => leader > 1 && kill(-leader, signal) == 0;

    /// <summary>Sends to one process; false where it is gone.</summary>
    public static bool Send(int pid, int signal) => pid > 1 && kill(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint geteuid();

    /// <summary>Whether this process may act as another user.</summary>
    public static bool IsRoot => geteuid() == 0;
}
