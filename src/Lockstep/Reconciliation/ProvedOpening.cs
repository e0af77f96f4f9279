using Lockstep.Graph;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Reconciliation;

/// <summary>
/// What looking at a secret's value showed, without keeping it: its keyed fingerprint and the credentials that it opens. Its facts
/// are written like an observation of the system <c>lockstep</c>, under the scope <c>openings:</c> and the secret's id.
/// </summary>
/// <param name="Secret">The secret that was read.</param>
/// <param name="Fingerprint">The keyed fingerprint of its value.</param>
/// <param name="Credentials">The credentials whose stored verifier the value satisfies.</param>
/// <param name="Method">How that was shown, such as <c>SCRAM verifier</c>.</param>
public sealed record ProvedOpening(NodeId Secret, string Fingerprint, IReadOnlyList<NodeId> Credentials, string Method)
{
    /// <summary>Gets the scope of the facts of one secret.</summary>
    public static string ScopeOf(NodeId secret) => $"openings:{secret}";

    /// <summary>Gives the facts.</summary>
    public IEnumerable<Fact> Facts()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeAttributes.Fingerprint] = Fingerprint };
        yield return new Fact.OfNode(
            ObservedFacts.OwnSource, ScopeOf(Secret), new Node { Id = Secret, Name = Secret.RawKey, Attributes = attributes });
        foreach (var credential in Credentials)
        {
            yield return new Fact.OfLink(
                ScopeOf(Secret), Identities.Own(Secret, LinkKind.Contains, credential, $"proved by {Method}; fingerprint {Fingerprint}"));
        }
    }

    /// <summary>
    /// Gives the changes for the ledger against what was proved of these secrets before; what was proved of a secret that is not
    /// among <paramref name="proved"/> stays.
    /// </summary>
    /// <param name="before">The facts of the source <c>lockstep</c>.</param>
    /// <param name="proved">What was looked at now, each secret once.</param>
    public static IReadOnlyList<FactChange> Changes(IReadOnlyDictionary<FactKey, Fact> before, IReadOnlyCollection<ProvedOpening> proved)
    {
        var now = proved.SelectMany(p => p.Facts()).ToDictionary(f => f.Key);
        var scopes = proved.Select(p => ScopeOf(p.Secret)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. now.Values
                .Where(f => !(before.TryGetValue(f.Key, out var known) && FactComparison.SaysTheSame(known, f)))
                .Select(f => new FactChange.Asserted(f)),
            .. before.Where(b => scopes.Contains(b.Value.Scope) && !now.ContainsKey(b.Key)).Select(b => new FactChange.Retracted(b.Key)),
        ];
    }
}
