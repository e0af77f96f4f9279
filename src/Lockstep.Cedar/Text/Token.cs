namespace Lockstep.Cedar.Text;

internal enum TokenKind
{
    End,
    Identifier,
    Number,
    Text,
    Slot,
    Symbol,
}

/// <summary>One token: where it stands and, for symbols and identifiers, what it says.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Text)
{
    public SourceSpan Span => new(Start, End);

    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == TokenKind.Identifier && Text == word;

    public string Describe() => Kind switch
    {
        TokenKind.End => "the end of the text",
        TokenKind.Text => "a string",
        _ => $"`{Text}`",
    };
}
