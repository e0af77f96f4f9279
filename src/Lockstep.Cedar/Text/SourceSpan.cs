namespace Lockstep.Cedar.Text;

/// <summary>A range of characters of one source text.</summary>
/// <param name="Start">Offset of the first character, from 0.</param>
/// <param name="End">Offset after the last character; at least <paramref name="Start"/>.</param>
public readonly record struct SourceSpan(int Start, int End);
