using System.Diagnostics;
using Lockstep.Secrets;

namespace Lockstep.Server.Config;

/// <summary>A secret in an environment variable of this process.</summary>
internal sealed class EnvironmentSecret(string variable) : ISecretSource
{
    /// <inheritdoc/>
    public ValueTask<SecretText> ReadAsync(CancellationToken cancellationToken) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? ValueTask.FromResult(SecretText.FromString(value))
            : throw new IOException($"environment variable `{variable}` is not set");

    /// <inheritdoc/>
    public override string ToString() => $"environment variable `{variable}`";
}

/// <summary>A secret in a file of its own; a line end after it does not count.</summary>
internal sealed class FileSecret(string path) : ISecretSource
{
    private const int BytesMax = 64 * 1024;

    /// <inheritdoc/>
    public async ValueTask<SecretText> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new IOException($"file `{path}` is not there");
        }

        return new FileInfo(path).Length <= BytesMax
            ? SecretBytes.WithoutLineEnd(await File.ReadAllBytesAsync(path, cancellationToken), $"file `{path}`")
            : throw new IOException($"file `{path}` is longer than {BytesMax} bytes and so no secret");
    }

    /// <inheritdoc/>
    public override string ToString() => $"file `{path}`";
}

/// <summary>A secret that a program prints: a password store's own client.</summary>
internal sealed class CommandSecret(IReadOnlyList<string> command, string folder) : ISecretSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async ValueTask<SecretText> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, WorkingDirectory = folder };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{this} cannot be started: {e.Message}", e);
        }

        using var output = new MemoryStream();
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output, patience.Token);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new IOException($"{this} printed nothing within {Patience.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? SecretBytes.WithoutLineEnd(output.ToArray(), ToString())
            : throw new IOException($"{this} ended with status {process.ExitCode}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"command `{command[0]}`";
}

/// <summary>Turns what a file or a command gave into a secret.</summary>
internal static class SecretBytes
{
    internal static SecretText WithoutLineEnd(byte[] bytes, string place)
    {
        var length = bytes.AsSpan().TrimEnd("\r\n"u8).Length;
        return length > 0 ? SecretText.TakeFrom(bytes.AsSpan(..length)) : throw new IOException($"{place} is empty");
    }
}
