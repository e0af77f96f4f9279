using System.Text.Json;

namespace Lockstep.Lab.Payments;

/// <summary>The entry of the payments service: a process of its own that knows nothing of Lockstep.</summary>
public static class PaymentsServiceProgram
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Runs until cancelled. <paramref name="args"/> is the configuration's path (<see cref="PaymentsServiceFile"/>).
    /// Returns 0 when it was asked to end, 2 when the arguments are wrong.
    /// </summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        if (args is not [var path] || !File.Exists(path))
        {
            await Console.Error.WriteLineAsync("LS8007: usage: lab payments-service FILE");
            return 2;
        }

        var settings = JsonSerializer.Deserialize<PaymentsServiceFile>(await File.ReadAllTextAsync(path, cancellation),
            JsonSerializerOptions.Web)!;
        var desk = new PaymentsDesk(settings, TimeProvider.System);
        await using (desk)
        {
            using var timer = new PeriodicTimer(Interval, TimeProvider.System);
            try
            {
                do
                {
                    await desk.PayAsync(cancellation);
                }
                while (await timer.WaitForNextTickAsync(cancellation));
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }

        return 0;
    }
}
