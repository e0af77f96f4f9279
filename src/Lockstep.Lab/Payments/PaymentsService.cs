using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Payments;

/// <summary>
/// The running payments service: a process of its own, started by a command that ends in <see cref="PaymentsServiceProgram"/>.
/// </summary>
public sealed class PaymentsService : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly string _statusFile;

    private PaymentsService(ServerProcess process, string statusFile) => (_process, _statusFile) = (process, statusFile);

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>How it is doing; null where it has not written a payment yet.</summary>
    public PaymentsStatus? Status => PaymentsStatus.Find(_statusFile);

    /// <summary>
    /// Starts it with <paramref name="program"/> and <paramref name="arguments"/>, to which its configuration's path is added.
    /// </summary>
    /// <exception cref="LabException">LS8003: it wrote no payment within 30 seconds.</exception>
    public static async Task<PaymentsService> StartAsync(
        LabServers lab, LabEstate estate, string program, IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        var command = new ServerCommand(program, [.. arguments, estate.PaymentsServiceFile], lab.Folder.PathOf("payments-service.log"))
        {
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "", ["HOME"] = lab.Folder.Root,
            },
        };
        var service = new PaymentsService(await ServerProcess.StartAsync(command), estate.PaymentsStatusFile);
        var started = TimeProvider.System.GetTimestamp();
        while (service.Status is not { Written: > 0 })
        {
            if (service._process.HasExited || TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
            {
                var tail = $"{service._process.LogTail()} {service.Status?.LastFailure}";
                await service.DisposeAsync();
                throw new LabException("LS8003", $"the payments service wrote no payment; it wrote last:\n{tail}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }

        return service;
    }

    /// <summary>Stops it and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
