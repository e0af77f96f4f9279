using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Reconciliation.Findings;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Tests.Reference;

/// <summary>The pages say what the code does.</summary>
public sealed class FactsPagesTests
{
    private static readonly string Pages = Path.Combine(OutsideFolders.Repository, "docs", "reference");

    [Fact]
    public void Every_kind_of_link_has_its_page_and_no_other_has() =>
        Assert.Equal(LinkWords.KindWords.Order(),
            Directory.GetFiles(Path.Combine(Pages, "links")).Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Every_kind_of_finding_has_its_heading_and_no_other_has() =>
        Assert.Equal(
            FindingKind.All.Select(k => k.Word).Order(),
            File.ReadLines(Path.Combine(Pages, "findings.md")).Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(
                l => l[3..]).Order());

    [Fact]
    public void The_schema_names_the_kinds_and_fields_that_are_read()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Pages, "facts.schema.json")));
        var link = schema.RootElement.GetProperty("$defs").GetProperty("link").GetProperty("properties");

        Assert.Equal(LinkWords.KindWords, link.GetProperty("kind").GetProperty("enum").EnumerateArray().Select(k => k.GetString()!));
        Assert.Equal(
            LinkDraft.Fields.Replace("`", string.Empty, StringComparison.Ordinal).Split(", ").Order(),
            link.EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public void The_examples_of_the_page_are_facts()
    {
        var lines = File.ReadAllLines(Path.Combine(Pages, "facts.md")).Where(l => l.StartsWith("{\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, l =>
            Assert.True(new FactReader("crm").TryRead(System.Text.Encoding.UTF8.GetBytes(l), "f", out _, out var why), why?.ToString()));
    }
}
