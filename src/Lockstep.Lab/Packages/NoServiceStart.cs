namespace Lockstep.Lab.Packages;

/// <summary>
/// While it lives, the host's policy file says that an installation may start no service. A policy that is there already is left alone.
/// </summary>
internal sealed class NoServiceStart : IDisposable
{
    private const string Policy = "/usr/sbin/policy-rc.d";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly bool _isOurs;

    private NoServiceStart(bool isOurs) => _isOurs = isOurs;

    public static NoServiceStart Begin()
    {
        if (File.Exists(Policy))
        {
            return new NoServiceStart(isOurs: false);
        }

        File.WriteAllText(Policy, "#!/bin/sh\nexit 101\n");
        File.SetUnixFileMode(Policy, Executable);
        return new NoServiceStart(isOurs: true);
    }

    public void Dispose()
    {
        if (_isOurs)
        {
            File.Delete(Policy);
        }
    }
}
