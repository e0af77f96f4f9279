using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Lockstep.Testing;

/// <summary>A running <c>tlog-witness</c>, which shares no code with us; skips the test where it is not there.</summary>
public sealed class TlogWitness : IAsyncDisposable
{
    private readonly Process _process;

    private TlogWitness(Process process, Uri address, string key) => (_process, Address, Key) = (process, address, key);

    /// <summary>Gets where it takes checkpoints.</summary>
    public Uri Address { get; }

    /// <summary>Gets its verifier key.</summary>
    public string Key { get; }

    /// <summary>Starts one that knows one ledger.</summary>
    /// <param name="name">The last part of its name, after <c>witness.example/</c>.</param>
    /// <param name="logKey">The verifier key of the ledger.</param>
    /// <param name="folder">An empty folder for its key and what it remembers.</param>
    public static async Task<TlogWitness> StartAsync(string name, string logKey, string folder)
    {
        var program = OutsideFolders.Need(OutsideFolders.Judges, "tlog-witness");
        var key = Path.Combine(folder, "key");
        using var keygen = Process.Start(Quiet(program, "keygen", "-name", $"witness.example/{name}", "-key", key))!;
        var verifierKey = (await keygen.StandardOutput.ReadToEndAsync()).Trim();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = free.LocalEndpoint.ToString()!;
        free.Stop();
        var serve = Process.Start(Quiet(program, "serve", "-key", key, "-state", folder, "-log", logKey, "-listen", address))!;
        await serve.StandardOutput.ReadLineAsync();
        await WaitUntilListeningAsync(address);
        return new(serve, new($"http://{address}/"), verifierKey);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo Quiet(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true };

    private static async Task WaitUntilListeningAsync(string address)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPEndPoint.Parse(address));
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, default);
            }
        }

        Assert.Fail($"the witness does not listen on {address}");
    }
}
