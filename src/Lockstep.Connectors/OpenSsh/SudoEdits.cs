using System.Text.RegularExpressions;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>
/// Takes one right out of the sudo rules. An edit counts only if sudo's own reader says that this right went with it and no other.
/// </summary>
internal sealed partial class SudoEdits(OpenSshSettings settings, HostReader reader, string system)
{
    private const int FilesMax = 200;
    private const int TrialsMax = 200;
    private readonly HostIds _ids = new(system);
    private int _trials;

    /// <summary>Removes a right.</summary>
    public async Task<CutOutcome> RemoveAsync(LinkKey link, CancellationToken cancellation)
    {
        var whole = await reader.SudoAsync(cancellation);
        var holders = await new HostSudoFacts(new(system), _ids, reader).HoldersAsync(cancellation);
        var wanted = whole.Rules.Where(r => r.Action == link.Action && holders(r.Who) == link.From).Select(r => r.Key).ToHashSet();
        if (wanted.Count == 0)
        {
            return new CutOutcome.Acknowledged("no sudo rule gives it: it was gone already");
        }

        var edited = new List<string>();
        foreach (var file in await FilesAsync(cancellation))
        {
            var before = await reader.FindTextAsync(file, cancellation) ?? string.Empty;
            var after = await WithoutAsync(before, wanted, whole, cancellation);
            if (after is null)
            {
                return new CutOutcome.Failed(new(
                    "LS2610", ConnectorErrorKind.Unsupported,
                    $"a line of `{file}` gives other rights with this one, and no edit takes only this one out; edit it with visudo"));
            }

            if (after != before)
            {
                HostLooks.Replaced(await reader.Shell.AskAsync(
                    reader.Commands.Replace(file, before, after, reader.Commands.SudoersCheck), cancellation));
                edited.Add(file);
            }
        }

        return edited.Count > 0
            ? new CutOutcome.Acknowledged($"taken out of {string.Join(", ", edited.Select(f => $"`{f}`"))}, checked by visudo: {link.Action}")
            : new CutOutcome.Failed(HostErrors.Unsupported("no file of sudo rules that can be edited has it: it comes from elsewhere"));
    }

    /// <summary>Lists the files that sudo reads, as far as they are included by name or folder.</summary>
    private async Task<IReadOnlyList<string>> FilesAsync(CancellationToken cancellation)
    {
        var (found, waiting) = (new List<string>(), new Queue<string>([settings.SudoersFile]));
        while (waiting.TryDequeue(out var file) && found.Count < FilesMax)
        {
            if (found.Contains(file) || await reader.FindTextAsync(file, cancellation) is not { } text)
            {
                continue;
            }

            found.Add(file);
            foreach (Match include in Include().Matches(text))
            {
                var path = include.Groups["path"].Value.Trim('"');
                var full = path.StartsWith('/') ? path : $"{file[..file.LastIndexOf('/')]}/{path}";
                if (!include.Groups["dir"].Success)
                {
                    waiting.Enqueue(full);
                    continue;
                }

                var names = await reader.Shell.AskAsync(reader.Commands.List(full), cancellation);
                foreach (var name in names.IsAbsent ? [] : names.OrBreakOff().Lines)
                {
                    // As sudo itself: files with a dot in the name or a tilde at its end are left out.
                    if (!name.Contains('.', StringComparison.Ordinal) && !name.EndsWith('~'))
                    {
                        waiting.Enqueue($"{full}/{name}");
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Gives the text without the rights, or <see langword="null"/> if no edit takes only them.</summary>
    private async Task<string?> WithoutAsync(
        string text, IReadOnlySet<(string Who, string Action)> wanted, SudoRules whole, CancellationToken cancellation)
    {
        var given = await RulesAsync(text, whole, cancellation);
        while (given.Overlaps(wanted))
        {
            string? better = null;
            foreach (var candidate in Candidates(text))
            {
                if (++_trials > TrialsMax)
                {
                    return null;
                }

                var left = await RulesAsync(candidate, whole, cancellation);
                if (left.IsProperSubsetOf(given) && given.Except(left).All(wanted.Contains))
                {
                    (better, given) = (candidate, left);
                    break;
                }
            }

            if (better is null)
            {
                return null;
            }

            text = better;
        }

        return text;
    }

    private async Task<HashSet<(string Who, string Action)>> RulesAsync(string text, SudoRules whole, CancellationToken cancellation)
    {
        // Included files are edited by themselves: here only what this text says by itself counts.
        var own = Include().Replace(text, string.Empty);
        var reply = await reader.Shell.AskAsync(HostCommands.SudoRulesIn(own), cancellation);
        return reply.Code != 0 ? [("", reply.Errors)]
            : [.. SudoRules.Read(reply.Output, (await reader.SelfAsync(cancellation)).Name, whole).Rules.Select(r => r.Key)];
    }

    /// <summary>Tries to leave out a whole rule first, then one item of a list with commas.</summary>
    private static IEnumerable<string> Candidates(string text)
    {
        var lines = Logical().Matches(text).Where(m => m.Length > 0 && !Fixed().IsMatch(m.Value)).ToList();
        foreach (var line in lines)
        {
            yield return text.Remove(line.Index, line.Length);
        }

        foreach (var line in lines)
        {
            var (start, isFirst) = (0, true);
            foreach (var end in Commas(line.Value).Append(line.Value.TrimEnd('\n').Length))
            {
                // The first item leaves with the comma after it, every other with the one before it.
                var item = line.Value[start..end];
                if (isFirst && end < line.Value.TrimEnd('\n').Length)
                {
                    yield return text.Remove(line.Index, end + 1);
                    var head = Head().Match(item).Length;
                    yield return text.Remove(line.Index + head, end + 1 - head);
                }
                else if (!isFirst)
                {
                    yield return text.Remove(line.Index + start - 1, item.Length + 1);
                    var equals = Head().Match(item) is { Success: true } h ? h.Length : -1;
                    if (equals > 0 && end < line.Value.TrimEnd('\n').Length)
                    {
                        yield return text.Remove(line.Index + start + equals, end + 1 - start - equals);
                    }

                    if (Users().Match(item) is { Success: true } last)
                    {
                        yield return text.Remove(line.Index + start - 1, last.Groups["user"].Index + last.Groups["user"].Length + 1);
                    }
                }

                (start, isFirst) = (end + 1, false);
            }
        }
    }

    private static IEnumerable<int> Commas(string line)
    {
        var (isQuoted, depth) = (false, 0);
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case ',' when !isQuoted && depth == 0:
                    yield return i;
                    break;
            }
        }
    }

    /// <summary>A line with those that a backslash at its end joins to it.</summary>
    [GeneratedRegex(@"(?:[^\n\\]|\\(?:.|\n))*(?:\n|\z)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Logical();

    /// <summary>Lines that give nobody anything by themselves.</summary>
    [GeneratedRegex(@"\A\s*(?:\z|#(?![0-9])|@include|Defaults|Runas_Alias|Host_Alias)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Fixed();

    [GeneratedRegex(@"^[@#]include(?<dir>dir)?[ \t]+(?<path>""[^""\n]+""|\S+)[ \t]*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Include();

    /// <summary>Everything up to the first command: hosts, <c>=</c>, run-as and tags.</summary>
    [GeneratedRegex(@"\A[^=]*=\s*(?:\([^)]*\)\s*)?(?:[A-Z_]+:\s*)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Head();

    /// <summary>The last user of a list, with the hosts after it.</summary>
    [GeneratedRegex(@"\A\s*(?<user>\S+)(?=\s+[^=]+=)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Users();
}
