using Lockstep.Lab.PostgreSql;

namespace Lockstep.Lab.Adversary;

/// <summary>A psql that stays connected.</summary>
internal sealed class OpenSession : IAsyncDisposable
{
    private readonly LineChild _psql;

    private OpenSession(LineChild psql) => _psql = psql;

    public static async Task<OpenSession> OpenAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        new(await LineChild.StartAsync(PostgresServer.Psql, arguments, environment));

    /// <summary>
    /// Asks the database something over the open connection; psql itself says whether the statement failed, and with which code.
    /// </summary>
    public async Task<Answer> AskAsync(string question)
    {
        var said = await _psql.AskAsync(marker => $"{question};\n\\echo {marker} :ERROR :SQLSTATE");
        return (said.Line?.Split(' '), said.Ended) switch
        {
            ([_, "false", ..], _) => new Answer(AdversaryVerdict.Works, "open session: counted the payments"),
            ([_, _, .. var code], _) => new Answer(AdversaryVerdict.Refused, $"open session: {string.Join(' ', code)}"),
            (_, true) when WasEnded(said.Errors) => new Answer(AdversaryVerdict.Refused, "open session: ended by the server"),
            (_, true) => new Answer(AdversaryVerdict.Unclear, $"open session: psql ended: {said.Errors.Trim()}"),
            _ => new Answer(AdversaryVerdict.Unclear, "open session: no answer"),
        };
    }

    public ValueTask DisposeAsync() => _psql.DisposeAsync();

    private static bool WasEnded(string errors) =>
        errors.Contains("terminat", StringComparison.Ordinal) || errors.Contains("closed the connection", StringComparison.Ordinal);
}
