using System.Text.RegularExpressions;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Tests;

/// <summary>Properties of the code itself that no compiler checks. Reads every source file once.</summary>
public partial class TidyTests
{
    /// <summary>A capability may use those before it in this list, and none after.</summary>
    private static readonly string[] Order =
        ["Secrets", "Graph", "Ledger", "Policy", "Connectors", "Reconciliation", "Revocation", "Elevation", "Review", "Signals"];

    private static readonly string[] NamelessNames =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Service", "Processor", "Misc", "Common", "Dto", "Entity", "Model"];

    /// <summary>Names that end so and are right: Cedar's own word, a service that the lab runs, a model in a differential test.</summary>
    private static readonly string[] RightNames = ["Entity", "PaymentsService", "GeneratedModel"];

    private const int LineLengthMax = 180;

    private static readonly string Root = OutsideFolders.Repository;

    [Fact]
    public void Every_capability_uses_only_those_below_it()
    {
        var offences =
            from source in Sources("src/Lockstep")
            let own = Array.IndexOf(Order, source.Name.Split('/')[2])
            from line in source.Lines
            let used = UsedCapability().Match(line) is { Success: true } match ? Array.IndexOf(Order, match.Groups["name"].Value) : -1
            where used > own
            select $"{source.Name}: {line}";

        None(offences);
    }

    [Fact]
    public void No_file_is_longer_than_a_person_will_read() =>
        None(from source in Sources(
            "src", "test", "bench") where source.Lines.Length > 400 select $"{source.Name}: {source.Lines.Length} lines");

    [Fact]
    public void No_line_is_longer_than_a_screen() =>
        None(from source in Sources(
            "src") from line in source.Lines where line.Length > LineLengthMax select $"{source.Name}: {line.Trim()}");

    [Fact]
    public void No_type_is_named_for_having_no_name()
    {
        var offences =
            from source in Sources("src", "test")
            from Match type in TypeName().Matches(source.Text)
            where !RightNames.Contains(type.Groups["name"].Value)
            where NamelessNames.Any(word => type.Groups["name"].Value.EndsWith(word, StringComparison.Ordinal))
            select $"{source.Name}: {type.Groups["name"].Value}";

        None(offences);
    }

    [Fact]
    public void Every_namespace_equals_its_folder()
    {
        var offences =
            from source in Sources("src", "test")
            let folder = Path.GetDirectoryName(source.Name)!.Split('/', 2)[1].Replace('/', '.')
            let stated = Namespace().Match(source.Text)
            where stated.Success && stated.Groups["name"].Value != folder
            select $"{source.Name}: {stated.Groups["name"].Value}";

        None(offences);
    }

    [Fact]
    public void No_failure_is_swallowed_without_a_sentence()
    {
        var offences =
            from source in Sources("src")
            from Match block in EmptyCatch().Matches(source.Text)
            select $"{source.Name}: {block.Value.Split('\n')[0]}";

        None(offences);
    }

    [Fact]
    public void No_source_names_the_machine_that_it_was_written_on()
    {
        var offences =
            from source in Sources("src", "test", "bench")
            where source.Name is not ("test/Lockstep.Testing/OutsideFolders.cs" or "test/Lockstep.Tests/TidyTests.cs")
            from line in source.Lines
            where line.Contains("../shared", StringComparison.Ordinal) || line.Contains("/work/", StringComparison.Ordinal)
                || line.Contains("TODO", StringComparison.Ordinal) || line.Contains("#region", StringComparison.Ordinal)
            select $"{source.Name}: {line.Trim()}";

        None(offences);
    }

    [Fact]
    public void Every_diagnostic_that_the_code_gives_has_a_section_and_every_section_a_use()
    {
        var used = (from source in Sources("src")
                    from line in source.Lines
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    from Match code in Diagnostic().Matches(line)
                    select code.Value).ToHashSet();
        var sections =
            (from file in Directory.EnumerateFiles(Path.Combine(Root, "docs/reference/diagnostics"), "*.md")
             from line in File.ReadLines(file)
             where line.StartsWith("## LS", StringComparison.Ordinal)
             select line.Split(' ')[1]).ToList();

        None(used.Except(sections).Order().Select(code => $"{code} has no section"));
        None(sections.Except(used).Order().Select(code => $"{code} is given nowhere"));
        None(sections.CountBy(code => code).Where(c => c.Value > 1).Select(c => $"{c.Key} has {c.Value} sections"));
    }

    /// <summary>The instruments are tested: each expression finds the offence that it is for.</summary>
    [Fact]
    public void The_expressions_find_planted_offences()
    {
        var nameless = "User" + "Manager";
        Assert.Matches(EmptyCatch(), "catch (IOException)\n        {\n        }");
        Assert.DoesNotMatch(EmptyCatch(), "catch (IOException)\n{\n    // gone already: fine\n}");
        Assert.Equal(nameless, TypeName().Match($"internal sealed class {nameless}(int a)").Groups["name"].Value);
        Assert.Equal("Review", UsedCapability().Match("using Lockstep.Review;").Groups["name"].Value);
    }

    private static void None(IEnumerable<string> offences)
    {
        var all = offences.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"^using Lockstep\.(?<name>[A-Za-z]+)(\.[A-Za-z.]+)?;", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsedCapability();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+(struct\s+|class\s+)?(?<name>[A-Z]\w+)", RegexOptions.None, 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}", RegexOptions.None, 1000)]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\bLS[0-9]{4}\b", RegexOptions.None, 1000)]
    private static partial Regex Diagnostic();

    private static IEnumerable<Source> Sources(params string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        let text = File.ReadAllText(file)
        select new Source(Path.GetRelativePath(Root, file), text, text.Split('\n'));

    private sealed record Source(string Name, string Text, string[] Lines);
}
