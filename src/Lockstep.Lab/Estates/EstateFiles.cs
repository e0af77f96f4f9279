using System.Globalization;
using System.Text;

namespace Lockstep.Lab.Estates;

/// <summary>Writes a made-up estate as fact files of two systems, and a configuration with which Lockstep takes them in.</summary>
public static class EstateFiles
{
    private const int AppsPerFile = 100;

    /// <summary>
    /// Writes <c>directory/*.jsonl</c>, <c>estate/*.jsonl</c> and <c>lockstep.yaml</c>. The same files for the same size and seed.
    /// </summary>
    /// <param name="folder">An empty folder, or one that is not there yet.</param>
    /// <param name="size">How big.</param>
    /// <param name="seed">Which of the estates of that size.</param>
    /// <param name="port">Where Lockstep will listen on loopback.</param>
    /// <param name="progress">Told how many applications are written.</param>
    /// <exception cref="LabException">LS8012: the folder is not empty.</exception>
    public static EstateWritten Write(string folder, EstateSize size, int seed, int port, Action<int> progress)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new LabException("LS8012", $"`{folder}` is not empty; name a new folder");
        }

        var (directory, estate) = (Path.Combine(folder, "directory"), Path.Combine(folder, "estate"));
        Directory.CreateDirectory(directory);
        Directory.CreateDirectory(estate);
        long lines = 0;
        for (var first = 0; first < size.Apps; first += AppsPerFile)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"apps-{first:d5}.jsonl");
            using var people = new StreamWriter(Path.Combine(directory, name), append: false, new UTF8Encoding(false), 1 << 20);
            using var things = new StreamWriter(Path.Combine(estate, name), append: false, new UTF8Encoding(false), 1 << 20);
            for (var app = first; app < Math.Min(first + AppsPerFile, size.Apps); app++)
            {
                var made = new MadeUpApp(size.Apps, app, seed);
                lines += WriteAll(people, made.DirectoryLines()) + WriteAll(things, made.Lines());
                progress(app + 1);
            }
        }

        var config = Path.Combine(folder, "lockstep.yaml");
        File.WriteAllText(config, Configuration(folder, port));
        return new EstateWritten(config, lines);
    }

    private static long WriteAll(StreamWriter file, IEnumerable<string> lines)
    {
        long count = 0;
        foreach (var line in lines)
        {
            file.Write(line);
            file.Write('\n');
            count++;
        }

        return count;
    }

    private static string Configuration(string folder, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        version: 1
        server:
          listen: 127.0.0.1:{port}
          data: {Path.Combine(folder, "data")}
        observe:
          every: 1h
          timeout: 1h
        authority: directory
        systems:
          directory:
            kind: facts
            folder: {Path.Combine(folder, "directory")}
          estate:
            kind: facts
            folder: {Path.Combine(folder, "estate")}
        match:
          - system: estate
            by: attribute
            accountAttribute: employeeNumber

        """);
}

/// <summary>What was written.</summary>
/// <param name="Config">The configuration's path.</param>
/// <param name="Facts">How many facts.</param>
public sealed record EstateWritten(string Config, long Facts);
