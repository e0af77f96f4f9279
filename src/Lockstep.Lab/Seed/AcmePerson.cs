using Lockstep.Lab.OpenLdap;

namespace Lockstep.Lab.Seed;

/// <summary>A person of the small company.</summary>
/// <param name="Uid">Log-in name; also the name of the person's accounts elsewhere.</param>
/// <param name="Name">Given name and family name.</param>
/// <param name="EmployeeNumber">The attribute that never changes hands; accounts are matched by it.</param>
/// <param name="Department">Department.</param>
/// <param name="Title">What the person does.</param>
/// <param name="Manager">The manager's <see cref="Uid"/>; empty for the head.</param>
public sealed record AcmePerson(string Uid, string Name, string EmployeeNumber, string Department, string Title, string Manager)
{
    /// <summary>Distinguished name of the directory entry.</summary>
    public string Dn => $"uid={Uid},ou=people,{OpenLdapServer.Suffix}";

    /// <summary>Mail address; the same in the directory and at Keystone.</summary>
    public string Mail => $"{Uid}@acme.test";
}
