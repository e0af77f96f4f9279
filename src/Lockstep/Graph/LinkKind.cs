using System.Diagnostics;

namespace Lockstep.Graph;

/// <summary>The graph's vocabulary: access flows along each link, except <see cref="Eligible"/> and <see cref="Owns"/>.</summary>
public enum LinkKind
{
    /// <summary>identity -> account.</summary>
    Represents,

    /// <summary>account, group -> group.</summary>
    MemberOf,

    /// <summary>account, group, role -> role.</summary>
    Assumes,

    /// <summary>account, group -> role: may elevate. Potential, not access.</summary>
    Eligible,

    /// <summary>elevation -> role, group: only within the elevation's time.</summary>
    Elevates,

    /// <summary>identity, account -> credential, session, elevation.</summary>
    Holds,

    /// <summary>account, role, group -> secret.</summary>
    Reads,

    /// <summary>identity -> secret version: knows the value until it is rotated.</summary>
    HasRead,

    /// <summary>secret, secret version -> credential: the path holds this password.</summary>
    Contains,

    /// <summary>credential, session -> account.</summary>
    AuthenticatesAs,

    /// <summary>account, role, resource -> issuer or role, and issuer, role -> account: federation, an SSH CA and its principals.</summary>
    Trusts,

    /// <summary>identity -> identity: an agent acts for the person.</summary>
    ActsFor,

    /// <summary>account, role, group -> resource, with an action.</summary>
    Permits,

    /// <summary>identity -> identity, secret, entitlement, resource. Governance, not access.</summary>
    Owns,
}

/// <summary>The plane that decides a link; colours it wherever it is shown.</summary>
public enum Plane
{
    /// <summary>Who someone is and what they belong to.</summary>
    Iam,

    /// <summary>When a privilege may be used.</summary>
    Pam,

    /// <summary>Which credential opens the door.</summary>
    Secrets,

    /// <summary>Who answers for it.</summary>
    Governance,
}

/// <summary>What is true of every link of a kind.</summary>
public static class LinkKindFacts
{
    extension(LinkKind kind)
    {
        /// <summary>Gets a value indicating whether access flows along links of this kind.</summary>
        public bool IsAccess => kind is not (LinkKind.Eligible or LinkKind.Owns);

        /// <summary>Gets the plane that decides links of this kind.</summary>
        public Plane Plane => kind switch
        {
            LinkKind.Eligible or LinkKind.Elevates => Plane.Pam,
            LinkKind.Holds or LinkKind.Reads or LinkKind.HasRead or LinkKind.Contains or LinkKind.AuthenticatesAs => Plane.Secrets,
            LinkKind.Owns => Plane.Governance,
            _ => Plane.Iam,
        };

        /// <summary>Gets the word written in facts, on the wire and on the screen, for example <c>memberOf</c>.</summary>
        public string Word => kind switch
        {
            LinkKind.Represents => "represents",
            LinkKind.MemberOf => "memberOf",
            LinkKind.Assumes => "assumes",
            LinkKind.Eligible => "eligible",
            LinkKind.Elevates => "elevates",
            LinkKind.Holds => "holds",
            LinkKind.Reads => "reads",
            LinkKind.HasRead => "hasRead",
            LinkKind.Contains => "contains",
            LinkKind.AuthenticatesAs => "authenticatesAs",
            LinkKind.Trusts => "trusts",
            LinkKind.ActsFor => "actsFor",
            LinkKind.Permits => "permits",
            LinkKind.Owns => "owns",
            _ => throw new UnreachableException($"Bug in Lockstep: unknown link kind {(int)kind}."),
        };
    }
}
