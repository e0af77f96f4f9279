using System.Text;
using Lockstep.Lab.OpenLdap;

namespace Lockstep.Lab.Seed;

/// <summary>Puts the company into the directory.</summary>
internal static class DirectorySeed
{
    public static async Task<IReadOnlyDictionary<string, LabSecret>> RunAsync(OpenLdapServer directory, string canary,
        CancellationToken cancellation)
    {
        var passwords = AcmeCompany.People.Select(p => p.Uid).Concat(AcmeCompany.ServiceAccounts.Keys).Append("lockstep")
            .ToDictionary(uid => uid, _ => LabSecret.Generate(canary));
        var ldif = new StringBuilder();
        foreach (var person in AcmeCompany.People)
        {
            ldif.Append(Entry(person, passwords[person.Uid]));
        }

        foreach (var (name, owner) in AcmeCompany.ServiceAccounts.Append(new("lockstep", "kofi")))
        {
            ldif.Append(Entry(name, owner, passwords[name]));
        }

        foreach (var (name, members) in AcmeCompany.Groups)
        {
            ldif.Append(Entry(name, members));
        }

        ldif.Append(Entry(LabSeed.Canary, "kofi", LabSecret.Generate(canary)));
        await directory.AddAsync(ldif.ToString(), cancellation);
        return passwords;
    }

    private static string Entry(AcmePerson person, LabSecret password) => $"""
        dn: {person.Dn}
        objectClass: inetOrgPerson
        uid: {person.Uid}
        cn: {person.Name}
        givenName: {person.Name.Split(' ')[0]}
        sn: {person.Name.Split(' ')[1]}
        mail: {person.Mail}
        employeeNumber: {person.EmployeeNumber}
        employeeType: {(person.EmployeeNumber[0] == 'C' ? "contractor" : "employee")}
        departmentNumber: {person.Department}
        title: {person.Title}
        {ManagerLine(person)}userPassword: {SlapdFiles.HashOf(password)}


        """;

    private static string ManagerLine(AcmePerson person) =>
        person.Manager.Length > 0 ? $"manager: {AcmeCompany.Person(person.Manager).Dn}\n" : "";

    private static string Entry(string service, string owner, LabSecret password) => $"""
        dn: uid={service},ou=services,{OpenLdapServer.Suffix}
        objectClass: device
        objectClass: uidObject
        objectClass: simpleSecurityObject
        uid: {service}
        cn: {service}
        {(owner.Length > 0 ? $"owner: {AcmeCompany.Person(owner).Dn}\n" : "")}userPassword: {SlapdFiles.HashOf(password)}


        """;

    private static string Entry(string group, IReadOnlyList<string> members)
    {
        var lines = members.Select(m => m[0] == '@'
            ? $"member: cn={m[1..]},ou=groups,{OpenLdapServer.Suffix}" : $"member: {AcmeCompany.Person(m).Dn}");
        return $"dn: cn={group},ou=groups,{OpenLdapServer.Suffix}\nobjectClass: groupOfNames\ncn: {group}\n{string.Join('\n', lines)}\n\n";
    }
}
