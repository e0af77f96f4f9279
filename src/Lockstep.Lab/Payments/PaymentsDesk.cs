using Npgsql;

namespace Lockstep.Lab.Payments;

/// <summary>
/// Writes one payment at a time as the shared role. It opens a new connection every two seconds, as a pool does, and asks the vault
/// again whenever the password it knows is refused: so it lives through a rotation, and shows how long it noticed it.
/// </summary>
internal sealed class PaymentsDesk(PaymentsServiceFile settings, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectionAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly PaymentsSecret _secret = new(settings);
    private NpgsqlConnection? _connection;
    private long _opened;
    private string _password = "";
    private PaymentsStatus _status = new() { ProcessId = Environment.ProcessId };

    /// <summary>Writes one payment, however often that must be tried.</summary>
    public async Task PayAsync(CancellationToken cancellation)
    {
        while (!await TryPayAsync(cancellation))
        {
            await Task.Delay(Pause, time, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _secret.Dispose();
    }

    private async Task<bool> TryPayAsync(CancellationToken cancellation)
    {
        try
        {
            var connection = await ConnectAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO payments (customer, amount) VALUES ('payments service', 1.00)";
            await command.ExecuteNonQueryAsync(cancellation);
            var now = time.GetUtcNow();
            var gap = _status.Written == 0 ? 0 : (long)(now - _status.LastWritten).TotalMilliseconds;
            Report(_status with { Written = _status.Written + 1, LastWritten = now, LongestGap = Math.Max(gap, _status.LongestGap) });
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or HttpRequestException or LabException or TimeoutException)
        {
            await ForgetAsync(failure);
            return false;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is not null && time.GetElapsedTime(_opened) < ConnectionAge)
        {
            return _connection;
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }

        if (_password.Length == 0)
        {
            _password = (await _secret.ReadAsync(cancellation)).Reveal();
            Report(_status with { SecretReads = _status.SecretReads + 1 });
        }

        var fresh = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = settings.Host, Port = settings.Port, Database = settings.Database, Username = settings.Role, Password = _password,
            Pooling = false, Timeout = 5, CommandTimeout = 5, ApplicationName = "payments-service",
        }.ConnectionString);
        _connection = fresh;
        await fresh.OpenAsync(cancellation);
        _opened = time.GetTimestamp();
        return fresh;
    }

    /// <summary>Drops the connection, and the password too where it was refused; counts and names the failure without its values.</summary>
    private async Task ForgetAsync(Exception failure)
    {
        var code = (failure as PostgresException)?.SqlState;
        if (code is "28P01" or "28000")
        {
            _password = "";
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }

        await Console.Error.WriteLineAsync(failure.Message);
        Report(_status with { Failures = _status.Failures + 1, LastFailure = code ?? (failure as LabException)?.Code
            ?? failure.GetType().Name });
    }

    private void Report(PaymentsStatus status)
    {
        _status = status;
        status.Write(settings.StatusFile);
    }
}
