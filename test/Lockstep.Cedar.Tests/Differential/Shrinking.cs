using System.Text.Json.Nodes;
using Lockstep.Cedar.Policies;

namespace Lockstep.Cedar.Tests.Differential;

/// <summary>Lists cases that are a little smaller than a given one.</summary>
internal static class Shrinking
{
    public static IEnumerable<GeneratedCase> Smaller(GeneratedCase test)
    {
        if (test.Requests.Count > 1)
        {
            foreach (var request in test.Requests)
            {
                yield return test with { Requests = [request] };
            }
        }

        for (var i = 0; i < test.Policies.Count; i++)
        {
            yield return test with { Policies = [.. test.Policies.Where((_, at) => at != i)] };
        }

        for (var i = 0; i < test.Entities.Count; i++)
        {
            var fewer = (JsonArray)test.Entities.DeepClone();
            fewer.RemoveAt(i);
            yield return test with { Entities = fewer };
        }

        for (var i = 0; i < test.Policies.Count; i++)
        {
            foreach (var smaller in SmallerPolicies(test.Policies[i]))
            {
                yield return test with { Policies = [.. test.Policies.Select((policy, at) => at == i ? smaller : policy)] };
            }
        }
    }

    private static IEnumerable<string> SmallerPolicies(string text)
    {
        var policy = PolicySet.Parse(text).Policies[0];
        for (var i = 0; i < policy.Conditions.Length; i++)
        {
            yield return (policy with { Conditions = policy.Conditions.RemoveAt(i) }).ToString();
            foreach (var part in Parts(policy.Conditions[i].Body))
            {
                yield return (policy with { Conditions =
                    policy.Conditions.SetItem(i, policy.Conditions[i] with { Body = part }) }).ToString();
            }
        }
    }

    private static IEnumerable<Expr> Parts(Expr expr)
    {
        foreach (var part in ExprParts.Of(expr))
        {
            yield return part;
        }

        switch (expr)
        {
            case Expr.And and:
                foreach (var left in Parts(and.Left)) { yield return and with { Left = left }; }
                foreach (var right in Parts(and.Right)) { yield return and with { Right = right }; }
                break;
            case Expr.Or or:
                foreach (var left in Parts(or.Left)) { yield return or with { Left = left }; }
                foreach (var right in Parts(or.Right)) { yield return or with { Right = right }; }
                break;
            case Expr.Binary binary:
                foreach (var left in Parts(binary.Left)) { yield return binary with { Left = left }; }
                foreach (var right in Parts(binary.Right)) { yield return binary with { Right = right }; }
                break;
            case Expr.Unary unary:
                foreach (var operand in Parts(unary.Operand)) { yield return unary with { Operand = operand }; }
                break;
        }
    }
}
