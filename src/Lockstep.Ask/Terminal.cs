using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Lockstep.Ask;

/// <summary>Where a verb writes: answers to the one side, progress and problems to the other.</summary>
/// <param name="output">Takes answers, and nothing else.</param>
/// <param name="error">Takes progress and problems.</param>
/// <param name="canColor">Whether answers go to a terminal that shows colours.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool canColor)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Gets the console for tables and colours.</summary>
    public IAnsiConsole Console { get; } = CreateConsole(output, canColor);

    /// <summary>Gets the plain output.</summary>
    public TextWriter Output => output;

    /// <summary>Gets where progress and problems go.</summary>
    public TextWriter Error => error;

    /// <summary>The process's own streams; colours only on a terminal and without NO_COLOR.</summary>
    public static Terminal System()
    {
        var hasColor = !global::System.Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new(global::System.Console.Out, global::System.Console.Error, hasColor);
    }

    /// <summary>Writes an answer as JSON.</summary>
    public void Json<T>(T answer, JsonTypeInfo<T> shape)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            JsonSerializer.Serialize(writer, answer, shape);
        }

        output.WriteLine(global::System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Writes a table.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var head in heads)
        {
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(head)}[/]"));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(Safe(cell)))]);
        }

        Console.Write(table);
    }

    /// <summary>Colours a text by its ANSI code (ECMA-48 SGR), where colours are shown.</summary>
    public string Paint(string code, string text) => canColor ? $"\u001b[{code}m{text}\u001b[0m" : text;

    /// <summary>Writes a line as it is, without control characters that a connected system may have put in a name.</summary>
    public void Line(string text = "") => output.WriteLine(Safe(text));

    /// <summary>Writes a problem.</summary>
    public void Problem(string text) => error.WriteLine($"lockstep: {Safe(text)}");

    /// <summary>Waits, and says what for when it takes longer than a second.</summary>
    public async Task<T> WaitAsync<T>(string what, Task<T> task)
    {
        if (await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None)) != task)
        {
            error.WriteLine($"lockstep: {what} ...");
        }

        return await task;
    }

    /// <summary>Takes control characters out of a text that others chose.</summary>
    internal static string Safe(string text) =>
        text.Any(char.IsControl) ? new([.. text.Select(c => char.IsControl(c) && c is not '\n' ? '?' : c)]) : text;

    private static IAnsiConsole CreateConsole(TextWriter output, bool canColor)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = canColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = canColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = canColor && global::System.Console.WindowWidth > 40 ? global::System.Console.WindowWidth : 160;
        return console;
    }
}
