namespace Lockstep.Lab.Processes;

/// <summary>
/// Folders that take long to make and are the same for every run, kept per user and version. Two runs that make the same one
/// at the same time do no harm: each makes its own beside it and the first rename wins.
/// </summary>
internal static class TemplateCache
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder for <paramref name="name"/>, made by <paramref name="make"/> where it is not there yet.</summary>
    public static async Task<string> GetAsync(string name, Func<string, Task> make)
    {
        var folder = Path.Combine(Root(), name);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var part = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(part, OwnerOnly);
        try
        {
            await make(part);
            Directory.Move(part, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run made it first; theirs is as good as ours.
            Directory.Delete(part, recursive: true);
        }
        catch
        {
            Directory.Delete(part, recursive: true);
            throw;
        }

        return folder;
    }

    /// <summary>The lab's cache folder of this user: <c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>.</summary>
    public static string Root()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
                ".cache");
        var root = Path.Combine(cache, "lockstep", "lab");
        Directory.CreateDirectory(root, OwnerOnly);
        return root;
    }
}
