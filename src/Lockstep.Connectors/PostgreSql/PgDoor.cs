using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Opens connections: never pooled, so that each tells how the server decides now.</summary>
internal sealed class PgDoor(PostgreSqlSettings settings)
{
    /// <summary>Opens a connection as ourselves.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation, string? database = null)
    {
        using var password = await SecretSourceException.ReadAsync(settings.Password, cancellation);
        return await OpenAsync(settings.Role, password, database ?? settings.Database, cancellation);
    }

    /// <summary>Opens a connection as a role; the server's refusal is a <see cref="PostgresException"/>.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string role, Secrets.SecretText password, string database, CancellationToken cancellation)
    {
        var seconds = (int)Math.Ceiling(settings.Timeout.TotalSeconds);
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = settings.Host, Port = settings.Port, Username = role, Password = password.RevealString(), Database = database,
            Pooling = false, Timeout = seconds, CommandTimeout = seconds, CancellationTimeout = 2000, ApplicationName = "lockstep",
            SslMode = settings.Tls == PostgreSqlTls.Off ? SslMode.Disable : SslMode.VerifyFull, RootCertificate = settings.AuthorityFile,
            GssEncryptionMode = GssEncryptionMode.Disable, Enlist = false, PersistSecurityInfo = false,
        };
        var connection = new NpgsqlConnection(text.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
