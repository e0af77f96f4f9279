namespace Lockstep.Lab;

/// <summary>The lab could not do what was asked; carries a diagnostic code of the range LS80xx.</summary>
public sealed class LabException : Exception
{
    /// <summary>Creates the failure with its <paramref name="code"/> (LS80xx) and what happened.</summary>
    public LabException(string code, string message, Exception? inner = null)
        : base($"{code}: {message}", inner) => Code = code;

    /// <summary>The diagnostic code, for example <c>LS8003</c>.</summary>
    public string Code { get; }
}
