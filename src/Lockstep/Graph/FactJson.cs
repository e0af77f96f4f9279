using System.Globalization;
using System.Text.Json;

namespace Lockstep.Graph;

/// <summary>Writes facts as JSON, as docs/reference/facts.md says; <see cref="FactReader"/> reads them.</summary>
public static class FactJson
{
    /// <summary>Writes a fact as one object; its source is left out, since whoever keeps facts keeps them by source.</summary>
    public static void Write(Utf8JsonWriter writer, Fact fact)
    {
        writer.WriteStartObject();
        switch (fact)
        {
            case Fact.OfNode node:
                WriteNode(writer, node.Node);
                break;
            case Fact.OfLink link:
                WriteLink(writer, link.Link);
                break;
        }

        writer.WriteString("scope", fact.Scope);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Writes what identifies a fact: <c>{"node":"..."}</c> or <c>{"link":{"from","kind","to","action"}}</c>, without its source.
    /// </summary>
    public static void WriteKey(Utf8JsonWriter writer, FactKey key)
    {
        writer.WriteStartObject();
        switch (key)
        {
            case FactKey.OfNode node:
                writer.WriteString("node", node.Id.ToString());
                break;
            case FactKey.OfLink { Link: var link }:
                writer.WriteStartObject("link");
                WriteEnds(writer, link);
                writer.WriteEndObject();
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter writer, Node node)
    {
        writer.WriteStartObject("node");
        writer.WriteString("id", node.Id.ToString());
        writer.WriteString("name", node.Name);
        if (node.State != NodeState.Active)
        {
            writer.WriteString("state", LinkWords.WordOf(node.State));
        }

        if (node.Attributes.Count > 0)
        {
            writer.WriteStartObject("attributes");
            foreach (var (attribute, value) in node.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                writer.WriteString(attribute, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, Link link)
    {
        writer.WriteStartObject("link");
        WriteEnds(writer, link.Key);
        WriteInstant(writer, "validFrom", link.Validity.From);
        WriteInstant(writer, "validUntil", link.Validity.Until);
        if (link.Enforcement != Enforcement.Online)
        {
            writer.WriteString("enforcement", LinkWords.WordOf(link.Enforcement.Mode));
        }

        if (link.Enforcement.Mode == EnforcementMode.Cached)
        {
            writer.WriteNumber("cacheSeconds", (long)Math.Ceiling(link.Enforcement.CacheFor.TotalSeconds));
        }

        writer.WriteString("evidence", link.Evidence);
        if (link.Condition is { } condition)
        {
            writer.WriteString("condition", condition);
        }

        writer.WriteEndObject();
    }

    private static void WriteEnds(Utf8JsonWriter writer, LinkKey link)
    {
        writer.WriteString("from", link.From.ToString());
        writer.WriteString("kind", link.Kind.Word);
        writer.WriteString("to", link.To.ToString());
        if (link.Action is { } action)
        {
            writer.WriteString("action", action);
        }
    }

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? instant)
    {
        if (instant is { } at)
        {
            writer.WriteString(name, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        }
    }
}
