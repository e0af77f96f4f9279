using System.Diagnostics;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>How an evaluation can fail.</summary>
public enum EvaluationFaultKind
{
    /// <summary>Nothing failed.</summary>
    None,

    /// <summary>A value is of another kind than the operator takes.</summary>
    WrongKind,

    /// <summary>An attribute is asked of an entity that is not known.</summary>
    NoEntity,

    /// <summary>An attribute is not there.</summary>
    NoAttribute,

    /// <summary>A tag is not there.</summary>
    NoTag,

    /// <summary>A number does not fit 64 bits.</summary>
    Overflow,

    /// <summary>The text given to an extension's constructor does not fit, or the number of arguments does not.</summary>
    BadCall,

    /// <summary>The expression is too deep to be evaluated.</summary>
    TooDeep,
}

/// <summary>Why one policy could not be evaluated. The message is only made when asked for.</summary>
/// <param name="Kind">How it failed.</param>
/// <param name="At">The expression that failed.</param>
/// <param name="Found">The value that did not fit; of kind None where there is none.</param>
public readonly record struct EvaluationFault(EvaluationFaultKind Kind, Expr? At, CedarValue Found)
{
    /// <summary>Gets the fault as a sentence: lower case, no full stop, user input in backticks.</summary>
    public string Message => Kind switch
    {
        EvaluationFaultKind.None => "no error",
        EvaluationFaultKind.WrongKind => $"{Shown} takes no {Found.Kind.ToString().ToLowerInvariant()} `{Found}`",
        EvaluationFaultKind.NoEntity => $"{Shown} asks entity `{Found}`, which is not known",
        EvaluationFaultKind.NoAttribute => $"{Shown} asks an attribute that `{Brief(Found.ToString())}` does not have",
        EvaluationFaultKind.NoTag => $"{Shown} asks a tag that `{Found}` does not have",
        EvaluationFaultKind.Overflow => $"{Shown} does not fit 64 bits",
        EvaluationFaultKind.BadCall => $"{Shown} is given what it cannot read",
        EvaluationFaultKind.TooDeep => "expression is too deep to be evaluated",
        _ => throw new UnreachableException("Bug in Lockstep: unknown fault."),
    };

    private string Shown => $"`{Brief(At?.ToString() ?? string.Empty)}`";

    private static string Brief(string text) => text.Length <= 120 ? text : text[..117] + "...";
}
