using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>
/// One conversation with a host: a shell over one ssh connection (or on this host), to which commands are given one after another.
/// </summary>
/// <remarks>
/// One connection carries all commands of an operation. Each answer ends with a mark that is new for each conversation, so that nothing
/// a host prints can pass for the end of an answer; a connection that breaks before the mark is no answer.
/// </remarks>
/// <threadsafety>One thread at a time.</threadsafety>
internal sealed class HostShell : IAsyncDisposable
{
    private const int OutputMax = 16_000_000;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly TimeSpan _timeout;
    private readonly string _mark = $"lockstep-{RandomNumberGenerator.GetHexString(32)}";

    private HostShell(Process process, TimeSpan timeout) => (_process, _timeout) = (process, timeout);

    /// <summary>Opens a conversation.</summary>
    /// <exception cref="IncompleteObservationException">The host is not reached, is another one, or does not take our key.</exception>
    public static async Task<HostShell> OpenAsync(OpenSshSettings settings, CancellationToken cancellation)
    {
        var start = settings.Host is null ? new ProcessStartInfo("/bin/sh") : new ProcessStartInfo("ssh", Arguments(settings, settings.Host));
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.StandardOutputEncoding, start.StandardErrorEncoding) = (Encoding.UTF8, Encoding.UTF8);
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.Environment.Remove("SSH_AUTH_SOCK");
        start.Environment["LC_ALL"] = "C";
        try
        {
            var shell = new HostShell(Process.Start(start)!, settings.Timeout);
            await shell.OpenAsync(cancellation);
            return shell;
        }
        catch (Win32Exception)
        {
            throw new IncompleteObservationException(HostErrors.Unsupported($"`{start.FileName}` is not installed where Lockstep runs"));
        }
    }

    /// <summary>Runs one command and waits for its end.</summary>
    /// <exception cref="IncompleteObservationException">The conversation broke, took too long or said too much.</exception>
    public async Task<HostReply> AskAsync(HostCommand command, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            var script = $"(\n{command.Text}\n) </dev/null; printf '\\n{_mark} %d\\n' $?; printf '\\n{_mark} 0\\n' >&2\n";
            var (output, errors) = (ReadAsync(_process.StandardOutput, limit.Token), ReadAsync(_process.StandardError, limit.Token));
            await WriteAsync(script, limit.Token);
            var (said, wrong) = (await output, await errors);
            return said.Code is { } code && wrong.Code is not null ? new(command, code, said.Text, wrong.Text) : throw Broken(wrong.Text);
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancellation.ThrowIfCancellationRequested();
            throw new IncompleteObservationException(HostErrors.Unreachable($"no answer within {_timeout.TotalSeconds:0} s"));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static List<string> Arguments(OpenSshSettings settings, string host)
    {
        List<string> options =
        [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=none", $"UserKnownHostsFile={settings.KnownHosts}",
            "UpdateHostKeys=no", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey", "ForwardAgent=no",
            "ClearAllForwardings=yes", "ControlPath=none", "PermitLocalCommand=no", "ServerAliveInterval=5", "ServerAliveCountMax=2",
            string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={(int)Math.Ceiling(settings.Timeout.TotalSeconds)}"),
        ];
        if (settings.HostKeyAlias is { } alias)
        {
            options.Add($"HostKeyAlias={alias}");
        }

        return
        [
            "-F", "none", "-T", "-i", settings.IdentityFile!, "-p", settings.Port.ToString(CultureInfo.InvariantCulture),
            .. options.SelectMany(o => new[] { "-o", o }), "--", $"{settings.User}@{host}", "exec /bin/sh",
        ];
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var hello = new HostCommand("say hello", ":");
        try
        {
            await WriteAsync("LC_ALL=C; export LC_ALL; PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; umask 077\n", cancellation);
            (await AskAsync(hello, cancellation)).OrBreakOff();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task WriteAsync(string text, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text.AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            // A client that was refused closes its input; why it ended is read from its answer.
            return;
        }
    }

    private IncompleteObservationException Broken(string errors)
    {
        Kill();
        return new(HostErrors.OfClient(errors));
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
            return;
        }
    }

    /// <summary>Reads up to the mark; without a code if the stream ended before it.</summary>
    private async Task<(string Text, int? Code)> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var (text, buffer, mark) = (new StringBuilder(), new char[16_384], $"\n{_mark} ");
        while (await reader.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            text.Append(buffer, 0, read);
            if (text.Length > OutputMax)
            {
                Kill();
                throw new IncompleteObservationException(HostErrors.Malformed("a command said more than 16 million characters"));
            }

            var tail = text.ToString(Math.Max(0, text.Length - mark.Length - 8), Math.Min(text.Length, mark.Length + 8));
            if (tail.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at && tail.EndsWith('\n'))
            {
                var code = int.Parse(tail.AsSpan(at + mark.Length).TrimEnd('\n'), CultureInfo.InvariantCulture);
                return (text.ToString(0, text.Length - (tail.Length - at)), code);
            }
        }

        return (text.ToString(), null);
    }
}
