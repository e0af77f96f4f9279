using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Xunit;

namespace Lockstep.Cedar.Tests.Corpus;

public sealed class CorpusValidationTests(ITestOutputHelper output)
{
    // The corpus calls a policy that no action can apply to invalid; the reference implementation only warns of it, and so do we.
    private const int KnownDisagreementsMax = 21;

    [Fact]
    public void Every_policy_set_of_the_corpus_validates_as_expected()
    {
        var (cases, known, failures) = (0, 0, new List<string>());
        foreach (var test in CorpusCases.All())
        {
            cases++;
            try
            {
                var report = new Validator(Schema.Parse(test.Schema)).Validate(PolicySet.Parse(test.Policies));
                var isKnown = report.IsValid && !test.ShouldValidate && report.Warnings.Any(w => w.Code == "LS6042");
                known += isKnown ? 1 : 0;
                if (report.IsValid != test.ShouldValidate && !isKnown)
                {
                    failures.Add($"{test.Name}: expected {test.ShouldValidate}; {string.Join("; ", report.Errors.Take(3))}");
                }
            }
            catch (CedarException fault)
            {
                failures.Add($"{test.Name}: {fault.Message}");
            }
        }

        output.WriteLine($"{cases} policy sets, {known} known disagreements, {failures.Count} others");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)) + $"\n{failures.Count} in all");
        Assert.InRange(known, 0, KnownDisagreementsMax);
    }
}
