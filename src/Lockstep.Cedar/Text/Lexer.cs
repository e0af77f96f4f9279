namespace Lockstep.Cedar.Text;

/// <summary>Splits policy and schema texts into tokens; comments and white space fall away.</summary>
internal static class Lexer
{
    private static readonly string[] Symbols =
        ["::", "==", "!=", "<=", ">=", "||", "&&", "@", ".", ",", ";", ":", "(", ")", "{", "}", "[", "]", "<", ">", "+", "-", "*", "/",
            "%", "!", "=", "?"];

    public static List<Token> Tokenize(SourceText source)
    {
        var text = source.Text;
        if (text.Length > CedarLimits.TextLengthMax)
        {
            throw new CedarException("LS6002", $"text of {text.Length} characters is longer than {CedarLimits.TextLengthMax}");
        }

        RequireWholeCharacters(source);
        var tokens = new List<Token>(text.Length / 4);
        var at = 0;
        while ((at = SkipBlank(text, at)) < text.Length)
        {
            var token = Next(source, text, at);
            tokens.Add(token);
            at = token.End;
        }

        tokens.Add(new(TokenKind.End, text.Length, text.Length, string.Empty));
        return tokens;
    }

    public static bool IsIdentifier(string text) =>
        text.Length > 0 && IsStart(text[0]) && text.All(IsPart);

    // Half of a surrogate pair is no character: it would not survive being written anywhere.
    private static void RequireWholeCharacters(SourceText source)
    {
        var text = source.Text;
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])))
            {
                throw new CedarException([CedarDiagnostic.At(source, new(i, i + 1), "LS6001", "text holds half of a surrogate pair")]);
            }

            i += char.IsSurrogate(text[i]) ? 1 : 0;
        }
    }

    private static int SkipBlank(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '/')
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length : at + end;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static Token Next(SourceText source, string text, int at)
    {
        var c = text[at];
        if (IsStart(c))
        {
            return Run(TokenKind.Identifier, text, at, IsPart);
        }

        if (char.IsAsciiDigit(c))
        {
            return Run(TokenKind.Number, text, at, char.IsAsciiDigit);
        }

        if (c == '"')
        {
            return QuotedText(source, text, at);
        }

        foreach (var slot in (ReadOnlySpan<string>)["?principal", "?resource"])
        {
            if (string.CompareOrdinal(text, at, slot, 0, slot.Length) == 0)
            {
                return new(TokenKind.Slot, at, at + slot.Length, slot);
            }
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                return new(TokenKind.Symbol, at, at + symbol.Length, symbol);
            }
        }

        throw new CedarException([CedarDiagnostic.At(source, new(at, at + 1), "LS6001", $"character `{c}` has no meaning here") with
        {
            Hint = c is '\'' or '\u2018' or '\u2019' or '\u201c' or '\u201d' ? "strings stand between straight double quotes"
                : c is '&' or '|'
                ? $"the operator is `{c}{c}`" : null,
        }]);
    }

    private static Token QuotedText(SourceText source, string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                if (i - at > CedarLimits.StringLengthMax)
                {
                    throw new CedarException([CedarDiagnostic.At(source, new(at, at + 1), "LS6002",
                        $"string is longer than {CedarLimits.StringLengthMax} characters")]);
                }

                return new(TokenKind.Text, at, i + 1, text.Substring(at, i + 1 - at));
            }
        }

        throw new CedarException([CedarDiagnostic.At(source, new(at, at + 1), "LS6001", "string has no closing quote") with
        {
            Expected = "`\"` before the end of the text",
            Hint = "a quote inside a string is written `\\\"`",
        }]);
    }

    private static Token Run(TokenKind kind, string text, int at, Func<char, bool> part)
    {
        var end = at + 1;
        while (end < text.Length && part(text[end]))
        {
            end++;
        }

        return new(kind, at, end, text[at..end]);
    }

    private static bool IsStart(char c) => c == '_' || char.IsAsciiLetter(c);

    private static bool IsPart(char c) => c == '_' || char.IsAsciiLetterOrDigit(c);
}
