using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Reports what only the audit log knows: values that were read, batch tokens, signed certificates.</summary>
internal sealed class BaoPast(BaoPicture picture)
{
    /// <summary>The scope of what only the log knows.</summary>
    public const string Scope = "history";

    /// <summary>Reports it. Comes after entities and secrets.</summary>
    public IEnumerable<Observation> Observe() => Batches().Concat(Certificates()).Concat(Reads());

    /// <summary>Writes a serial as hosts do.</summary>
    private static string? Decimal(string? serial) =>
        ulong.TryParse(serial, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture) : null;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A batch token ends with its entity, and otherwise at its time; it is in no listing.</summary>
    private IEnumerable<Observation> Batches()
    {
        var (facts, ids) = (picture.Facts, picture.Ids);
        foreach (var (hash, token) in picture.History.Batches.Where(b => b.Value.Until is not { } end || end > picture.Now))
        {
            var (maker, how) = picture.History.WhoAsked(token.Made);
            var (batch, role, validity) = (ids.Batch(hash), ids.BatchRole(hash), new Validity(null, token.Until));
            picture.Holds(token.Policies);
            yield return facts.Node(
                Scope, batch, "batch token", NodeState.Active, (NodeAttributes.CredentialType, "token"), ("tokenType", "batch"),
                ("orphan", maker.Length == 0 ? "true" : null), ("path", token.Made.Path),
                (NodeAttributes.ExpiresAt, token.Until is { } end ? Time(end) : null), (NodeAttributes.CreatedAt, Time(token.Made.At)));
            yield return facts.Node(Scope, role, "batch token", NodeState.Active);
            foreach (var policy in token.Policies)
            {
                yield return facts.Link(Scope, role, LinkKind.Assumes, ids.Policy(policy), $"the batch token lists policy `{policy}`", validity: validity);
            }

            if (maker.Length > 0)
            {
                yield return facts.Link(Scope, ids.Entity(maker), LinkKind.Holds, batch, $"audit log: made by {how}", validity: validity);
            }

            if (token.Entity.Length > 0)
            {
                yield return facts.Link(
                    Scope, batch, LinkKind.AuthenticatesAs, ids.Entity(token.Entity), "the batch token carries the entity's id", validity: validity);
                yield return facts.Link(
                    Scope, ids.Entity(token.Entity), LinkKind.Assumes, role, "a batch token of the entity lists policies", validity: validity);
            }
            else
            {
                var account = ids.TokenAccount(batch.RawKey);
                yield return facts.Node(Scope, account, "batch token", NodeState.Active, (NodeAttributes.TokenAccount, "true"));
                yield return facts.Link(
                    Scope, batch, LinkKind.AuthenticatesAs, account, "the batch token carries no entity", validity: validity,
                    enforcement: Enforcement.ExpiryOnly);
                yield return facts.Link(Scope, account, LinkKind.Assumes, role, "the batch token lists policies", validity: validity);
            }
        }
    }

    private IEnumerable<Observation> Certificates()
    {
        foreach (var (hash, signed) in picture.History.Certificates)
        {
            var signer = picture.Signers.GetValueOrDefault((signed.Signed.Mount, signed.Role));
            var until = signer?.LongestLife is { } life ? signed.Signed.At + life : (DateTimeOffset?)null;
            var (entity, how) = picture.History.WhoAsked(signed.Signed);
            if (until <= picture.Now || entity.Length == 0)
            {
                continue;
            }

            var id = picture.Ids.Certificate(signed.Serial, hash);
            yield return picture.Facts.Node(
                Scope, id, $"certificate of {signed.Signed.Mount}/{signed.Role}", NodeState.Active,
                (NodeAttributes.CredentialType, "certificate"), ("serial", signed.Serial), ("serialHash", signed.Serial is null ? hash : null),
                ("serialDecimal", Decimal(signed.Serial)), ("caFingerprint", signer?.Fingerprint),
                ("signedBy", $"{signed.Signed.Mount}/sign/{signed.Role}"), (NodeAttributes.SignedFor, signed.Signed.DisplayName),
                (NodeAttributes.ExpiresAt, until is { } end ? Time(end) : null), (NodeAttributes.CreatedAt, Time(signed.Signed.At)));
            yield return picture.Facts.Link(
                Scope, picture.Ids.Entity(entity), LinkKind.Holds, id, $"audit log: signed for {how}", validity: new(null, until));
        }
    }

    /// <summary>
    /// What the password of a static role opens that is no longer there: its database user keeps the password. In which system is not in
    /// the log; where several databases are configured, the one of the plugin's kind.
    /// </summary>
    private string? OfDeletedRole((string Mount, string Path, DateTimeOffset MadeAt) value) =>
        picture.History.StaticUsers.GetValueOrDefault((value.Mount, value.Path)) is { } user
            && picture.History.Reads.Keys.Where(r => (r.Mount, r.Path) == (value.Mount, value.Path)).Max(r => r.MadeAt) == value.MadeAt
        ? $"{(picture.Databases.Distinct().ToList() is [var only] ? only : "postgresql")}:{user}" : null;

    /// <summary>Who was given a value knows it until the next one is made.</summary>
    private IEnumerable<Observation> Reads()
    {
        foreach (var value in picture.History.Reads.GroupBy(r => (r.Key.Mount, r.Key.Path, r.Key.MadeAt)))
        {
            var (mount, path, madeAt) = value.Key;
            var isKnown = picture.Values.TryGetValue((mount, path), out var secret);
            var next = isKnown ? secret.MadeAt.FirstOrDefault(v => v > madeAt) : default;
            var isCurrent = isKnown && secret.MadeAt.Count > 0 && next == default;
            var version = picture.Ids.KvVersion(mount, path, madeAt);
            yield return picture.Facts.Node(
                Scope, version, $"{mount}/{path} of {Time(madeAt)}", NodeState.Active,
                (NodeAttributes.VersionOf, isCurrent ? secret.Secret.ToString() : null), (NodeAttributes.CreatedAt, Time(madeAt)),
                (NodeAttributes.Opens, isKnown ? null : OfDeletedRole(value.Key)));
            foreach (var (read, at) in value)
            {
                yield return picture.Facts.Link(
                    Scope, picture.Ids.Entity(read.Entity), LinkKind.HasRead, version, $"audit log: read, last at {Time(at)}",
                    validity: new(null, next == default ? null : next));
            }
        }
    }
}
