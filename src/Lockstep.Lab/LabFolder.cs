using System.Globalization;
using System.Security.Cryptography;

namespace Lockstep.Lab;

/// <summary>
/// The throw-away folder of one run. Its top is traversable, so that users that servers drop to reach their own part;
/// every file written through it is readable by its owner only.
/// </summary>
public sealed class LabFolder
{
    private const UnixFileMode Traversable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private LabFolder(string root) => Root = root;

    /// <summary>The folder itself.</summary>
    public string Root { get; }

    /// <summary>Makes a new empty folder below the temporary folder.</summary>
    public static LabFolder Create()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ls-lab-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        return At(Path.Combine(Path.GetTempPath(), name));
    }

    /// <summary>Uses <paramref name="root"/>, creating it where it is not there.</summary>
    public static LabFolder At(string root)
    {
        Directory.CreateDirectory(root, Traversable);
        File.SetUnixFileMode(root, Traversable);
        return new LabFolder(Path.GetFullPath(root));
    }

    /// <summary>The path of a file in this folder.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Makes a folder inside, traversable like this one.</summary>
    public LabFolder Sub(string name) => At(PathOf(name));

    /// <summary>Writes <paramref name="content"/> to a file that only its owner can read (0600); returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = PathOf(name);
        File.Delete(path);
        using (var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        }))
        {
            using var writer = new StreamWriter(stream);
            writer.Write(content);
        }

        return path;
    }

    /// <summary>Writes a secret's value without a line end to a file that only its owner can read; returns its path.</summary>
    public string Write(string name, LabSecret secret) => Write(name, secret.Reveal());

    /// <summary>Removes the folder and what is in it; what cannot be removed is left.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A server that is still writing makes another file; the next run's folder is a new one.
            return;
        }
        catch (UnauthorizedAccessException)
        {
            // Files of another user stay when the lab does not run as root; the temporary folder is cleaned by the host.
            return;
        }
    }
}
