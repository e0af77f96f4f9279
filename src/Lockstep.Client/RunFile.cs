using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockstep.Client;

/// <summary>
/// Says how to reach the server that its user started last: written by the server, for its owner alone, and taken away at its end.
/// </summary>
/// <param name="Url">The server's address.</param>
/// <param name="TokenFile">The file that holds a token.</param>
/// <param name="ProcessId">The server's process.</param>
public sealed record RunFile(string Url, string TokenFile, int ProcessId)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Gets where it lies: <c>lockstep/run.json</c> below <c>XDG_RUNTIME_DIR</c>, or else below the user's state folder.</summary>
    public static string Location { get; } = Path.Combine(Base(), "lockstep", "run.json");

    /// <summary>Finds the file of a server that still runs; <see langword="null"/> if there is none.</summary>
    public static RunFile? Find()
    {
        try
        {
            var run = JsonSerializer.Deserialize(File.ReadAllText(Location), RunFileJson.Default.RunFile);
            return run is not null && Directory.Exists($"/proc/{run.ProcessId}") ? run : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // No file, or none that we may or can read, is no server that we know of.
            return null;
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Location)!, OwnerOnly | UnixFileMode.UserExecute);
        var next = $"{Location}.{ProcessId}";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new FileStream(next, options))
        {
            JsonSerializer.Serialize(file, this, RunFileJson.Default.RunFile);
        }

        File.Move(next, Location, overwrite: true);
    }

    /// <summary>Takes the file away, if it is still this one.</summary>
    public void Remove()
    {
        if (Find() == this)
        {
            File.Delete(Location);
        }
    }

    private static string Base()
    {
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime))
        {
            return runtime;
        }

        return Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunFile))]
internal sealed partial class RunFileJson : JsonSerializerContext;
