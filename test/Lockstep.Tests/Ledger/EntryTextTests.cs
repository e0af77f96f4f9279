using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>Canonical bytes: equal content is equal bytes, and what cannot be carried exactly is refused.</summary>
public class EntryTextTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 0, 5, TimeSpan.FromHours(2));

    [Fact]
    public void An_entry_is_one_line_with_sorted_keys()
    {
        var draft = LedgerDraft.Of(
            "step.sent", "lockstep", new JsonObject { ["b"] = 1, ["a"] = new JsonArray(true, null), ["\u20ac"] = "x\n" });

        Assert.Equal(
            """{"at":"2026-03-01T10:30:00.0050000Z","by":"lockstep","kind":"step.sent","payload":{"a":[true,null],"b":1,"€":"x\n"},"v":1}""",
            Encoding.UTF8.GetString(EntryText.Write(draft, At)));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var bytes = EntryText.Write(LedgerDraft.Of("case.opened", "token:ops", new JsonObject { ["n"] = 5 }), At);

        Assert.True(EntryText.TryRead(3, bytes, out var entry));
        Assert.Equal((3L, "case.opened", At.ToUniversalTime(), "token:ops"), (entry.Index, entry.Kind, entry.At, entry.By));
        Assert.Equal(5, entry.Payload.GetProperty("n").GetInt32());
        Assert.Equal(bytes, entry.Bytes.ToArray());
    }

    // The table of RFC 8785 appendix B, as JSON numbers, and the borders where the layout changes.
    [Theory]
    [InlineData("-0", "0")]
    [InlineData("0.0", "0")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("-5e-324", "-5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("295147905179352830000.0", "295147905179352830000")]
    [InlineData("9.999999999999997e22", "9.999999999999997e+22")]
    [InlineData("1e23", "1e+23")]
    [InlineData("1e21", "1e+21")]
    [InlineData("999999999999999700000.0", "999999999999999700000")]
    [InlineData("333333333.33333329", "333333333.3333333")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000009", "9e-7")]
    [InlineData("9.999999999999997e-7", "9.999999999999997e-7")]
    [InlineData("-0.0000033333333333333333", "-0.0000033333333333333333")]
    [InlineData("1424953923781206.2", "1424953923781206.2")]
    [InlineData("10", "10")]
    [InlineData("100e-2", "1")]
    [InlineData("4.50", "4.5")]
    [InlineData("2e-3", "0.002")]
    public void Numbers_are_laid_out_as_rfc_8785_says(string json, string expected) => Assert.Equal(expected, Canonical(json));

    [Fact]
    public void Strings_and_keys_are_as_in_the_example_of_rfc_8785()
    {
        Assert.Equal(
            """{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Canonical("""{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }"""));
        Assert.Equal(
            "{\"\\r\":1,\"1\":2,\"\u0080\":3,\"\u00f6\":4,\"\u20ac\":5,\"\ud83d\ude02\":6,\"\ufb33\":7}",
            Canonical("{\"\\u20ac\":5,\"\\r\":1,\"\\ufb33\":7,\"1\":2,\"\\ud83d\\ude02\":6,\"\\u0080\":3,\"\\u00f6\":4}"));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "occurs twice")]
    [InlineData("9007199254740993", "2^53")]
    [InlineData("1e999", "out of range")]
    [InlineData("\"\\ud800\"", "surrogate")]
    public void What_cannot_be_carried_exactly_is_refused(string json, string reason)
    {
        var e = Assert.Throws<LedgerDraftException>(() => EntryText.Write(new("a.b", "x", JsonElement.Parse(json)), At));
        Assert.Equal("LS4003", e.Code);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Case.opened", "x", "LS4001")]
    [InlineData("case..opened", "x", "LS4001")]
    [InlineData("", "x", "LS4001")]
    [InlineData("a.bcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", "x", "LS4001")]
    [InlineData("case.opened", "", "LS4002")]
    [InlineData("case.opened", "a\nb", "LS4002")]
    public void A_kind_or_actor_of_another_form_is_refused(string kind, string by, string code) =>
        Assert.Equal(code, Assert.Throws<LedgerDraftException>(() => EntryText.Write(LedgerDraft.Of(kind, by, new JsonObject()), At)).Code);

    [Fact]
    public void The_longest_entry_fits_and_one_byte_more_does_not()
    {
        var frame = EntryText.Write(LedgerDraft.Of("a", "x", JsonValue.Create(string.Empty)!), At).Length;
        var longest = new string('x', LedgerLimits.EntryBytesMax - frame);

        Assert.Equal(65_535, EntryText.Write(LedgerDraft.Of("a", "x", JsonValue.Create(longest)!), At).Length);
        var e = Assert.Throws<LedgerDraftException>(() => EntryText.Write(LedgerDraft.Of("a", "x", JsonValue.Create(longest + "x")!), At));
        Assert.Equal("LS4004", e.Code);
        Assert.Contains("65536 bytes", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"at":"2026-03-01T10:30:00.0050000Z","by":"l","kind":"a","payload":{},"v":2}""")]
    [InlineData("""{"at":"yesterday","by":"l","kind":"a","payload":{},"v":1}""")]
    public void Bytes_that_are_no_entry_are_said_to_be_none(string bytes) =>
        Assert.False(EntryText.TryRead(0, Encoding.UTF8.GetBytes(bytes), out _));

    private static string Canonical(string json)
    {
        var target = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(target, JsonElement.Parse(json));
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }
}
