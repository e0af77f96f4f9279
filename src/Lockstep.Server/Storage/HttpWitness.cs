using System.Globalization;
using System.Net;
using System.Text;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>A witness that speaks C2SP tlog-witness: <c>POST /add-checkpoint</c>.</summary>
/// <param name="address">The witness's address, ending in a slash.</param>
/// <param name="key">The witness's verifier key; what it answers is believed only if this key verifies it.</param>
/// <param name="http">Sends the requests.</param>
/// <param name="time">Times them out.</param>
/// <remarks>
/// Cost: one request a seal, of a few kilobytes whatever the ledger's size; a second one when the witness knows another size.
/// </remarks>
public sealed class HttpWitness(Uri address, VerifierKey key, HttpClient http, TimeProvider time) : IWitness
{
    private const int AnswerBytesMax = 65_536;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => key.Name;

    /// <inheritdoc/>
    public bool HasSigned(Checkpoint checkpoint, NoteSignature signature) =>
        new SignedNote(checkpoint.ToString(), [signature]).IsSignedBy(key);

    /// <inheritdoc/>
    public async Task<WitnessAnswer> CosignAsync(
        SignedCheckpoint signed, long lastSize, Func<long, ConsistencyProof> prove, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await AskAsync(signed, Math.Min(lastSize, signed.Checkpoint.Size), prove, either.Token);
        }
        catch (Exception e) when (
            e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var reason = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : e.Message;
            return Refused("LS4030", WitnessRefusalKind.Unreachable, signed, known: null, $"witness `{Name}` cannot be reached: {reason}");
        }
    }

    private async Task<WitnessAnswer> AskAsync(
        SignedCheckpoint signed, long lastSize, Func<long, ConsistencyProof> prove, CancellationToken cancellationToken)
    {
        var (status, body) = await PostAsync(signed, prove(lastSize), cancellationToken);
        var known = KnownSize(status, body);

        // It remembers another size than we do: a lost answer, a new witness, or a ledger that is not the one it saw.
        if (known is { } size && size != lastSize && size <= signed.Checkpoint.Size)
        {
            (status, body) = await PostAsync(signed, prove(size), cancellationToken);
            known = KnownSize(status, body);
        }

        return status switch
        {
            HttpStatusCode.OK => Accept(signed, body),
            HttpStatusCode.Conflict when known >= signed.Checkpoint.Size => Contradicts(signed, known),
            HttpStatusCode.UnprocessableEntity => Contradicts(signed, known: null),
            HttpStatusCode.Forbidden or HttpStatusCode.NotFound => Refused(
                "LS4031", WitnessRefusalKind.NotConfigured, signed, known: null,
                    $"witness `{Name}` does not know ledger `{signed.Checkpoint.Origin}`"),
            >= HttpStatusCode.InternalServerError => Refused(
                "LS4030", WitnessRefusalKind.Unreachable, signed, known: null, $"witness `{Name}` answered {(int)status}"),
            _ => Refused(
                "LS4032", WitnessRefusalKind.Malformed, signed, known,
                    $"witness `{Name}` answered {(int)status}, which it should not have"),
        };
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(
        SignedCheckpoint signed, ConsistencyProof proof, CancellationToken cancellationToken)
    {
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {proof.OldSize}\n");
        foreach (var hash in proof.Hashes)
        {
            body.Append(hash.ToString()).Append('\n');
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "add-checkpoint"));
        request.Content = new StringContent(body.Append('\n').Append(signed.Note).ToString());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[AnswerBytesMax];
        var length = await stream.ReadAtLeastAsync(bytes, AnswerBytesMax, throwOnEndOfStream: false, cancellationToken);
        return (response.StatusCode, Encoding.UTF8.GetString(bytes.AsSpan(..length)));
    }

    private WitnessAnswer Accept(SignedCheckpoint signed, string body)
    {
        var lines = body.Split('\n').Select(line => NoteSignature.TryParse(line, out var read) ? read : null).OfType<NoteSignature>();
        var own = lines.FirstOrDefault(line => HasSigned(signed.Checkpoint, line));
        return own is not null
            ? new WitnessAnswer.Cosigned(own)
            : Refused("LS4032", WitnessRefusalKind.Malformed, signed, known: null,
                $"witness `{Name}` answered without a cosignature that its key verifies");
    }

    private WitnessAnswer.Refused Contradicts(SignedCheckpoint signed, long? known)
    {
        var saw = known is { } size ? string.Create(CultureInfo.InvariantCulture, $" with {size} entries") : string.Empty;
        return Refused(
            "LS4033",
            WitnessRefusalKind.Rewritten,
            signed,
            known,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the ledger that we run, with {signed.Checkpoint.Size} entries, is not a continuation of the one that witness `{Name}` "
                    + $"saw{saw}"));
    }

    private WitnessAnswer.Refused Refused(string code, WitnessRefusalKind kind, SignedCheckpoint signed, long? known, string detail) =>
        new(new(Name, code, kind, signed.Checkpoint, known, detail));

    private static long? KnownSize(HttpStatusCode status, string body) =>
        status is HttpStatusCode.Conflict
        && long.TryParse(body.AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : null;
}
