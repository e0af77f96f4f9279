namespace Lockstep.Server.Storage;

/// <summary>The files of one ledger in its data folder.</summary>
/// <param name="Path">The folder, made on first start for its owner alone.</param>
internal sealed record LedgerFolder(string Path)
{
    /// <summary>Gets the SQLite database with the entries.</summary>
    public string Database => System.IO.Path.Combine(Path, "ledger.db");

    /// <summary>Gets SQLite's write-ahead log, which holds what is committed and not yet moved to the database.</summary>
    public string WriteAheadLog => Database + "-wal";

    /// <summary>Gets the signing key; only its owner may read it.</summary>
    public string Key => System.IO.Path.Combine(Path, "ledger.key");

    /// <summary>
    /// Gets the newest sealed checkpoint: kept beside the database, so that an older copy of the database alone is noticed.
    /// </summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint");

    /// <summary>Gets the file whose lock shows that a process has the ledger open.</summary>
    public string Lock => System.IO.Path.Combine(Path, "ledger.lock");

    /// <summary>Makes the folder if it is not there, readable by its owner alone.</summary>
    public void Create()
    {
        if (!Directory.Exists(Path))
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>
    /// Takes the folder for this process, or returns nothing if another has it. Released when disposed or when the process ends.
    /// </summary>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }
}
