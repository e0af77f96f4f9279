using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Connectors.Keystone;

/// <summary>A listing: whole, or with a reason why it is not.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, ConnectorError? Gap);

/// <summary>Lists, and says when a listing is not whole.</summary>
internal sealed class KeystoneListings(KeystoneApi api)
{
    /// <summary>
    /// Lists all that the path gives. Without the right to, or if the server cuts it short, the answer has a gap; every other trouble
    /// breaks the observation off. Something that is gone (404) has nothing below it.
    /// </summary>
    public async Task<Listing<T>> ListAsync<TAnswer, T>(
        string path, string what, JsonTypeInfo<TAnswer> shape, CancellationToken cancellationToken)
        where TAnswer : class, IListing<T>
    {
        var reply = await api.GetAsync(path, $"list {what}", shape, cancellationToken);
        if (reply.Error is { Kind: ConnectorErrorKind.Forbidden } forbidden)
        {
            return new([], forbidden);
        }

        if (reply.IsAbsent)
        {
            return new([], null);
        }

        var answer = reply.OrBreakOff(api.Errors.MalformedCode);
        return new(answer.Elements, answer.Truncated ? api.Errors.Truncated(what) : null);
    }

    /// <summary>Lists; where the server cuts the listing short, once more domain by domain.</summary>
    public async Task<Listing<T>> ListByDomainAsync<TAnswer, T>(
        string path, string what, JsonTypeInfo<TAnswer> shape, Listing<Domain> domains, CancellationToken cancellationToken)
        where TAnswer : class, IListing<T>
    {
        var whole = await ListAsync<TAnswer, T>(path, what, shape, cancellationToken);
        if (whole.Gap is null or { Kind: ConnectorErrorKind.Forbidden } || domains.Gap is not null)
        {
            return whole;
        }

        var items = new List<T>();
        ConnectorError? gap = null;
        foreach (var domain in domains.Items)
        {
            var part = await ListAsync<TAnswer, T>($"{path}?domain_id={Uri.EscapeDataString(domain.Id)}", what, shape, cancellationToken);
            items.AddRange(part.Items);
            gap ??= part.Gap;
        }

        return new(items, gap);
    }
}
