using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.PostgreSql;
using Npgsql;
using NpgsqlTypes;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>PostgreSQL with recursive queries: covering indexes both ways, everything in its cache, statements prepared.</summary>
[SuppressMessage("Security", "CA2100", Justification = "The bench writes its own statements; no outside text reaches them.")]
internal sealed class PostgresPeer : IGraphPeer
{
    private const string Valid = "l.vf <= @now AND l.vu > @now";

    private const string Reach = $"""
        WITH RECURSIVE reach(n) AS (SELECT @id::int UNION
          SELECT l.dst FROM reach r JOIN link l ON l.src = r.n WHERE l.flow = 1 AND {Valid})
        """;

    private static readonly Dictionary<string, string> Asks = new()
    {
        ["access"] = $"""
            {Reach} SELECT count(*), coalesce(sum(k), 0) % 2147483647 FROM (SELECT DISTINCT l.dst::bigint * 8 + l.act AS k
              FROM reach r JOIN link l ON l.src = r.n WHERE l.act > 0 AND {Valid}) x
            """,
        ["whoCan"] = $"""
            WITH RECURSIVE up(n) AS (SELECT l.src FROM link l WHERE l.dst = @res AND l.act = @act AND {Valid} UNION
              SELECT l.src FROM up u JOIN link l ON l.dst = u.n WHERE l.flow = 1 AND {Valid})
            SELECT count(*), coalesce(sum(u.n::bigint), 0) % 2147483647 FROM up u JOIN node ON node.id = u.n WHERE node.identity = 1
            """,
        ["check"] = $"""
            {Reach} SELECT CASE WHEN EXISTS (SELECT 1 FROM reach r WHERE EXISTS (SELECT 1 FROM link l
              WHERE l.src = r.n AND l.dst = @res AND l.act = @act AND {Valid})) THEN 1 ELSE 0 END::bigint, 0::bigint
            """,
        ["sweep"] = $"""
            WITH RECURSIVE up(n) AS (SELECT DISTINCT l.src FROM link l WHERE l.act > 0 AND {Valid} UNION
              SELECT l.src FROM up u JOIN link l ON l.dst = u.n WHERE l.flow = 1 AND {Valid})
            SELECT count(*), coalesce(sum(u.n::bigint), 0) % 2147483647 FROM up u JOIN node ON node.id = u.n WHERE node.ended = 1
            """,
        ["drift"] = """
            SELECT (SELECT count(*) FROM (SELECT src, dst, act, flow, vf, vu FROM other WHERE vu > @now
                      EXCEPT ALL SELECT src, dst, act, flow, vf, vu FROM link WHERE vu > @now) a),
                   (SELECT count(*) FROM (SELECT src, dst, act, flow, vf, vu FROM link WHERE vu > @now
                      EXCEPT ALL SELECT src, dst, act, flow, vf, vu FROM other WHERE vu > @now) b)
            """,
    };

    private static readonly string[] ParameterNames = ["id", "res", "act", "now"];

    private readonly PostgresServer _server;
    private readonly LabFolder _folder;
    private readonly NpgsqlConnection _connection;
    private readonly Dictionary<string, NpgsqlCommand> _prepared = [];
    private bool _withOther;

    private PostgresPeer(PostgresServer server, LabFolder folder, NpgsqlConnection connection) =>
        (_server, _folder, _connection) = (server, folder, connection);

    public string Name => "PostgreSQL";

    public double LoadSeconds { get; private set; }

    /// <summary>Starts a server of its own and loads the estate.</summary>
    public static async Task<PostgresPeer> StartAsync(EstateTable table, bool withOther)
    {
        var folder = LabFolder.Create();
        var options = new LabServerOptions
        {
            PostgresSettings = ["shared_buffers=3GB", "work_mem=512MB", "maintenance_work_mem=1GB", "jit=off", "wal_level=minimal",
                "max_wal_senders=0", "max_wal_size=8GB", "random_page_cost=1.1", "max_parallel_workers_per_gather=0"],
        };
        var server = await PostgresServer.StartAsync(folder, options);
        var connection = new NpgsqlConnection(server.AdminConnection() + ";Command Timeout=600");
        await connection.OpenAsync();
        var peer = new PostgresPeer(server, folder, connection);
        var clock = Stopwatch.StartNew();
        await peer.LoadAsync(table, withOther);
        peer._withOther = withOther;
        peer.LoadSeconds = clock.Elapsed.TotalSeconds;
        return peer;
    }

    public bool Can(string ask) => ask == "change" || (Asks.ContainsKey(ask) && (_withOther || ask is not ("sweep" or "drift")));

    public Round Ask(string ask, IReadOnlyList<Question> questions)
    {
        List<Said> answers = [];
        List<double> us = [];
        foreach (var question in questions)
        {
            var start = Stopwatch.GetTimestamp();
            answers.Add(ask == "change" ? Change(question) : One(ask, question));
            us.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (ask == "change")
            {
                Execute("DELETE FROM link WHERE src = " + question.Id + " AND vu = 1999999999");
            }
        }

        return new(answers, us);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Remove();
    }

    /// <summary>One more link, from the identity to the account given as resource, and what it then can do.</summary>
    private Said Change(Question question)
    {
        Execute($"INSERT INTO link VALUES ({question.Id}, {question.Resource}, 0, 1, -1000000000, 1999999999)");
        return One("access", question);
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    private Said One(string ask, Question question)
    {
        if (!_prepared.TryGetValue(ask, out var command))
        {
            command = new NpgsqlCommand(Asks[ask], _connection);
            foreach (var name in ParameterNames.Where(n => Asks[ask].Contains("@" + n, StringComparison.Ordinal)))
            {
                command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Integer));
            }

            command.Prepare();
            _prepared.Add(ask, command);
        }

        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            parameter.Value = parameter.ParameterName switch
            {
                "id" => question.Id, "res" => question.Resource, "act" => question.Act, _ => PackedRow.Now,
            };
        }

        using var row = command.ExecuteReader();
        row.Read();
        return new(row.GetInt64(0), Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task LoadAsync(EstateTable table, bool withOther)
    {
        await CopyAsync("link", table.Rows);
        if (withOther)
        {
            await CopyAsync("other", table.Intended);
        }

        // Tables that were made in the same transaction are taken in as if vacuumed, so that indexes alone answer.
        await using (var transaction = await _connection.BeginTransactionAsync())
        {
            Execute("CREATE UNLOGGED TABLE node (id int, identity int, ended int)");
            await using (var nodes = await _connection.BeginBinaryImportAsync("COPY node FROM STDIN (FORMAT BINARY, FREEZE)"))
            {
                var estate = table.Estate;
                for (var node = 0; node < estate.NodeCount; node++)
                {
                    var isIdentity = estate.KindOf(node) == NodeKinds.Identity;
                    await WriteAsync(nodes, [node, isIdentity ? 1 : 0, isIdentity && estate.IsEnded(node) ? 1 : 0]);
                }

                await nodes.CompleteAsync();
            }

            await transaction.CommitAsync();
        }

        await Task.WhenAll(
            ExecuteBesideAsync("CREATE INDEX ON link (src) INCLUDE (dst, act, flow, vf, vu)"),
            ExecuteBesideAsync("CREATE INDEX ON link (dst) INCLUDE (src, act, flow, vf, vu)"),
            ExecuteBesideAsync("ALTER TABLE node ADD PRIMARY KEY (id)"));
        Execute("ANALYZE");
    }

    private async Task ExecuteBesideAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server.AdminConnection() + ";Command Timeout=600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task CopyAsync(string name, IEnumerable<PackedRow> rows)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        Execute($"CREATE UNLOGGED TABLE {name} (src int, dst int, act int, flow int, vf int, vu int)");
        await using (var copy = await _connection.BeginBinaryImportAsync($"COPY {name} FROM STDIN (FORMAT BINARY, FREEZE)"))
        {
            foreach (var row in rows)
            {
                await WriteAsync(copy, [row.From, row.To, row.Act, row.Flows ? 1 : 0, row.ValidFrom, row.ValidUntil]);
            }

            await copy.CompleteAsync();
        }

        await transaction.CommitAsync();
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, int[] values)
    {
        await copy.StartRowAsync();
        foreach (var value in values)
        {
            await copy.WriteAsync(value, NpgsqlDbType.Integer);
        }
    }
}
