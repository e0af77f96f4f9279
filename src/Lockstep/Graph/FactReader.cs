using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Lockstep.Graph;

/// <summary>
/// Reads facts of one source from JSON, as docs/reference/facts.md says. Strict: a field that is unknown, twice there, missing or out
/// of its range refuses the fact.
/// </summary>
/// <remarks>Keeps each node id once, so that a million links share theirs. One instance per file or ledger.</remarks>
/// <threadsafety>One thread at a time.</threadsafety>
public sealed class FactReader
{
    private const int TextBytesMax = 8192;
    private readonly Dictionary<string, NodeId> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly char[] _buffer = new char[TextBytesMax];
    private readonly string _source;
    private FactProblem? _problem;

    /// <summary>Makes a reader.</summary>
    /// <param name="source">The configured name of the system whose facts these are.</param>
    public FactReader(string source) => _source = source;

    /// <summary>Reads one fact.</summary>
    /// <param name="json">Exactly one object in UTF-8.</param>
    /// <param name="scope">The scope of a fact that names none.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="problem">Why it is none.</param>
    public bool TryRead(
        ReadOnlySpan<byte> json, string scope, [NotNullWhen(true)] out Fact? fact, [NotNullWhen(false)] out FactProblem? problem)
    {
        _problem = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            fact = reader.Read() ? ReadFact(ref reader, scope) : null;
            if (fact is not null && reader.Read())
            {
                Refuse(string.Empty, "one object and nothing after it");
            }
        }
        catch (JsonException e)
        {
            fact = null;
            Refuse(string.Empty, $"JSON, which breaks off or is wrong at byte {e.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            fact = null;
            Refuse(string.Empty, "text in valid UTF-8");
        }

        problem = fact is null ? _problem ?? new FactProblem(string.Empty, "an object") : _problem;
        fact = problem is null ? fact : null;
        return fact is not null;
    }

    /// <summary>Reads what identifies a fact, as <see cref="FactJson.WriteKey"/> writes it.</summary>
    public bool TryReadKey(JsonElement json, [NotNullWhen(true)] out FactKey? key)
    {
        key = null;
        if (json.TryGetProperty("node", out var node) && NodeId.TryParse(node.GetString(), null, out var id))
        {
            key = new FactKey.OfNode(_source, id);
        }
        else if (json.TryGetProperty("link", out var link)
            && NodeId.TryParse(link.GetProperty("from").GetString(), null, out var from)
            && NodeId.TryParse(link.GetProperty("to").GetString(), null, out var to)
            && LinkWords.TryParseKind(link.GetProperty("kind").GetString(), out var kind))
        {
            key = new FactKey.OfLink(
                new(_source, from, kind, to, link.TryGetProperty("action", out var action) ? action.GetString() : null));
        }

        return key is not null;
    }

    private Fact? ReadFact(ref Utf8JsonReader reader, string scope)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        (Node? node, Link? link, string? named, var source) = (null, null, null, _source);
        while (_problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueTextEquals("node"u8) ? "node" : reader.ValueTextEquals("link"u8) ? "link"
                : reader.ValueTextEquals("scope"u8) ? "scope" : reader.ValueTextEquals("source"u8) ? "source" : null;
            reader.Read();
            switch (field)
            {
                case "node" when node is null && link is null:
                    node = ReadNode(ref reader);
                    break;
                case "link" when node is null && link is null:
                    link = ReadLink(ref reader);
                    break;
                case "scope" when named is null:
                    named = Keep(ref reader, "scope", FactBounds.ScopeLengthMax);
                    break;
                case "source":
                    source = Keep(ref reader, "source", 63);
                    break;
                default:
                    Refuse(string.Empty, "`node` or `link` once, and besides only `scope` and `source`");
                    break;
            }
        }

        if (_problem is null && source != _source)
        {
            Refuse("source", $"`{_source}`, the name under which this system is configured, or no such field");
        }

        return _problem is not null ? null
            : node is not null ? new Fact.OfNode(_source, named ?? scope, node)
            : link is not null ? new Fact.OfLink(named ?? scope, link)
            : RefuseFact(string.Empty, "`node` or `link`");
    }

    private Node? ReadNode(ref Utf8JsonReader reader)
    {
        if (!IsObject(ref reader, "node"))
        {
            return null;
        }

        (NodeId? id, string? name, NodeState? state, FrozenDictionary<string, string>? attributes) = (null, null, null, null);
        while (_problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueTextEquals("id"u8) ? "id" : reader.ValueTextEquals("name"u8) ? "name"
                : reader.ValueTextEquals("state"u8) ? "state" : reader.ValueTextEquals("attributes"u8) ? "attributes" : null;
            reader.Read();
            switch (field)
            {
                case "id" when id is null:
                    id = ReadId(ref reader, "node.id");
                    break;
                case "name" when name is null:
                    name = Text(ref reader, "node.name", 1024).ToString();
                    break;
                case "state" when state is null:
                    state = LinkWords.TryParseState(Text(ref reader, "node.state", 16), out var read) ? read
                        : Refuse<NodeState?>("node.state", "`active`, `disabled` or `ended`");
                    break;
                case "attributes" when attributes is null:
                    attributes = ReadAttributes(ref reader);
                    break;
                default:
                    Refuse("node", "`id`, `name`, `state` and `attributes`, each at most once");
                    break;
            }
        }

        return _problem is not null ? null
            : id is null ? Refuse<Node>("node.id", "a node id (system/kind/key)")
            : new Node
            {
                Id = id,
                Name = name ?? id.RawKey,
                State = state ?? NodeState.Active,
                Attributes = attributes ?? FrozenDictionary<string, string>.Empty,
            };
    }

    private FrozenDictionary<string, string>? ReadAttributes(ref Utf8JsonReader reader)
    {
        if (!IsObject(ref reader, "node.attributes"))
        {
            return null;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var attribute = Keep(ref reader, "node.attributes", 128);
            reader.Read();
            var value = Text(ref reader, "node.attributes", 1024).ToString();
            if (attributes.Count == 64 || !attributes.TryAdd(attribute, value))
            {
                Refuse("node.attributes", "at most 64 attributes, each once");
            }
        }

        return attributes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private Link? ReadLink(ref Utf8JsonReader reader)
    {
        if (!IsObject(ref reader, "link"))
        {
            return null;
        }

        var draft = default(LinkDraft);
        while (_problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadLinkField(ref reader, ref draft);
        }

        return _problem is not null ? null
            : draft.From is null ? Refuse<Link>("link.from", "a node id (system/kind/key)")
            : draft.To is null ? Refuse<Link>("link.to", "a node id (system/kind/key)")
            : draft.Kind is not { } kind ? Refuse<Link>("link.kind", KindsExpected)
            : (kind == LinkKind.Permits) != (draft.Action is not null)
                ? Refuse<Link>("link.action", "an action for `permits`, and for no other kind")
            : (draft.Mode == EnforcementMode.Cached) != (draft.CacheSeconds is not null)
                ? Refuse<Link>("link.cacheSeconds", "seconds for enforcement `cached`, and for no other")
            : draft.ToLink(_source);
    }

    private static string KindsExpected { get; } = "one of " + string.Join(", ", LinkWords.KindWords.Select(w => $"`{w}`"));

    private void ReadLinkField(ref Utf8JsonReader reader, ref LinkDraft draft)
    {
        var field = LinkDraft.FieldOf(ref reader);
        reader.Read();
        switch (field)
        {
            case "from" when draft.From is null:
                draft.From = ReadId(ref reader, "link.from");
                break;
            case "to" when draft.To is null:
                draft.To = ReadId(ref reader, "link.to");
                break;
            case "kind" when draft.Kind is null:
                draft.Kind = LinkWords.TryParseKind(Text(ref reader, "link.kind", 32), out var kind) ? kind
                    : Refuse<LinkKind?>("link.kind", KindsExpected);
                break;
            case "action" when draft.Action is null:
                draft.Action = Keep(ref reader, "link.action", 128);
                break;
            case "validFrom" when draft.ValidFrom is null:
                draft.ValidFrom = ReadInstant(ref reader, "link.validFrom");
                break;
            case "validUntil" when draft.ValidUntil is null:
                draft.ValidUntil = ReadInstant(ref reader, "link.validUntil");
                break;
            case "enforcement" when draft.Mode is null:
                draft.Mode = LinkWords.TryParseMode(Text(ref reader, "link.enforcement", 16), out var mode) ? mode
                    : Refuse<EnforcementMode?>("link.enforcement", "`online`, `cached`, `connection` or `expiry-only`");
                break;
            case "cacheSeconds" when draft.CacheSeconds is null:
                draft.CacheSeconds = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var seconds) && seconds >= 0
                    ? seconds
                    : Refuse<int?>("link.cacheSeconds", "whole seconds, 0 or more");
                break;
            case "evidence" when draft.Evidence is null:
                draft.Evidence = Keep(ref reader, "link.evidence", 512);
                break;
            case "condition" when draft.Condition is null:
                draft.Condition = Keep(ref reader, "link.condition", 512);
                break;
            default:
                Refuse("link", $"each at most once: {LinkDraft.Fields}");
                break;
        }
    }

    private NodeId? ReadId(ref Utf8JsonReader reader, string field)
    {
        var text = Text(ref reader, field, NodeId.KeyLengthMax + 97);
        if (_problem is not null)
        {
            return null;
        }

        var known = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var id))
        {
            return id;
        }

        if (!NodeId.TryParse(text.ToString(), null, out id) || (NodeMatch.IsMatch(id) && !NodeMatch.TryParse(id, out _)))
        {
            return Refuse<NodeId>(field, "a node id (system/kind/key, or system/kind/?attribute=value)");
        }

        known[text] = id;
        return id;
    }

    private DateTimeOffset? ReadInstant(ref Utf8JsonReader reader, string field)
    {
        const string Expected = "an instant such as `2026-03-01T12:00:00Z`";
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTimeOffset(out var instant))
        {
            return Refuse<DateTimeOffset?>(field, Expected);
        }

        var text = reader.ValueSpan;
        var hasZone = text[^1] == (byte)'Z' || (text.Length > 6 && text[^6] is (byte)'+' or (byte)'-' && text[^3] == (byte)':');
        return hasZone ? instant.ToUniversalTime() : Refuse<DateTimeOffset?>(field, Expected);
    }

    /// <summary>Reads text that repeats, keeping it once.</summary>
    private string Keep(ref Utf8JsonReader reader, string field, int lengthMax)
    {
        var text = Text(ref reader, field, lengthMax);
        if (text.IsEmpty)
        {
            Refuse(field, "text that is not empty");
        }

        var known = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        return known.TryGetValue(text, out var kept) ? kept : known[text] = text.ToString();
    }

    private ReadOnlySpan<char> Text(ref Utf8JsonReader reader, string field, int lengthMax)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || reader.ValueSpan.Length > TextBytesMax)
        {
            Refuse(field, $"text of at most {lengthMax} characters");
            return [];
        }

        var length = reader.CopyString(_buffer);
        if (length > lengthMax || _buffer.AsSpan(0, length).ContainsAnyInRange('\u0000', '\u001f'))
        {
            Refuse(field, $"text of at most {lengthMax} characters on one line");
            return [];
        }

        return _buffer.AsSpan(0, length);
    }

    private bool IsObject(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Refuse(field, "an object");
        }

        return _problem is null;
    }

    private Fact? RefuseFact(string field, string expected) => Refuse<Fact>(field, expected);

    private T? Refuse<T>(string field, string expected)
    {
        Refuse(field, expected);
        return default;
    }

    private void Refuse(string field, string expected) => _problem ??= new FactProblem(field, expected);
}
