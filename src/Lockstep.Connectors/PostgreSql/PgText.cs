using System.Data;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Statements as text: the only place where names become SQL, and always quoted.</summary>
internal static class PgText
{
    /// <summary>Quotes a name.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Quotes a text; doubled quotes are enough, since backslashes are escaped as <c>E''</c> demands.</summary>
    public static string Literal(string text) =>
        $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Runs a statement with positional parameters.</summary>
    public static async Task<int> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Reads all rows of a small answer.</summary>
    public static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Makes a command; <c>$1</c> and so on in its text stand for the parameters.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Statements are constants of this folder, with names quoted by this class.")]
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandType = CommandType.Text };
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
