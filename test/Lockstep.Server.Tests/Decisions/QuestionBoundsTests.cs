using System.Net;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>Questions that ask too much are refused with the place, and the server answers on.</summary>
public class QuestionBoundsTests
{
    [Fact]
    public async Task Deep_long_and_huge_questions_are_refused_with_the_place()
    {
        await using var pep = await Pep.StartAsync("permit (principal, action, resource);");
        var deep = Pep.Question("user/a", "read", "record/r").Replace(
            "\"context\":null", $"\"context\":{{\"a\":{new string('[', 40)}{new string(']', 40)}}}", StringComparison.Ordinal);
        (string Path, string Body, HttpStatusCode Status, string Place)[] asked =
        [
            ("evaluation", deep, HttpStatusCode.BadRequest, "body: is not JSON, nested too deep"),
            ("evaluation", Pep.Question($"user/{new string('a', 1_025)}", "read", "record/r"), HttpStatusCode.BadRequest, "subject.id: is longer"),
            ("evaluation", Pep.Question("user/a", new string('r', 129), "record/r"), HttpStatusCode.BadRequest, "action.name: is longer"),
            ("evaluation", Pep.Question("user/a", "read", $"{new string('t', 129)}/r"), HttpStatusCode.BadRequest, "resource.type: is longer"),
            ("evaluation", Pep.Question("user/a", "read", "record/r", context: """{"n":9223372036854775808}"""), HttpStatusCode.BadRequest, "context.n"),
            ("evaluation", $"{Pep.Question("user/a", "read", "record/r")}{new string(' ', 64 * 1024)}", HttpStatusCode.RequestEntityTooLarge, "64 KiB"),
            ("evaluations", $$"""{"evaluations":[{{string.Join(',', Enumerable.Repeat("{}", 1_001))}}]}""", HttpStatusCode.BadRequest, "evaluations: holds more than 1000"),
        ];

        foreach (var (path, body, status, place) in asked)
        {
            var (answered, problem) = await pep.PostAsync(path, body);

            Assert.True(status == answered, $"{place}: {answered} {problem}");
            Assert.Contains(place, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.True(await pep.DecideAsync(Pep.Question("user/a", "read", "record/r")));
    }
}
