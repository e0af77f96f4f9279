namespace Lockstep.Lab.Seed;

/// <summary>Who works at Acme, and which groups they are in.</summary>
public static class AcmeCompany
{
    /// <summary>The leaver of the story: an engineer of the platform team with access along every chain.</summary>
    public static string Leaver => "dana";

    /// <summary>The identities that tests offboard, each with another mix of access.</summary>
    public static IReadOnlyList<string> Leavers { get; } = ["dana", "hugo", "gwen", "jill", "sam"];

    /// <summary>Everyone.</summary>
    public static IReadOnlyList<AcmePerson> People { get; } =
    [
        new("ada", "Ada Ito", "E1001", "Board", "Chief executive", ""),
        new("boris", "Boris Kern", "E1002", "Engineering", "Head of engineering", "ada"),
        new("carla", "Carla Mori", "E1003", "Platform", "Platform lead", "boris"),
        new("dana", "Dana Reyes", "E1004", "Platform", "Platform engineer", "carla"),
        new("emil", "Emil Novak", "E1005", "Platform", "Database administrator", "carla"),
        new("farah", "Farah Aziz", "E1006", "Payments", "Payments engineer", "boris"),
        new("gwen", "Gwen Okoro", "E1007", "Finance", "Analyst", "ivan"),
        new("hugo", "Hugo Lind", "C2001", "Platform", "Contractor", "carla"),
        new("ivan", "Ivan Petrov", "E1009", "Finance", "Head of finance", "ada"),
        new("jill", "Jill Tan", "E1010", "Platform", "Cloud administrator", "boris"),
        new("kofi", "Kofi Mensah", "E1011", "Security", "Security engineer", "boris"),
        new("lena", "Lena Vogt", "E1012", "People", "People partner", "ada"),
        new("sam", "Sam Ortiz", "E1013", "Finance", "Analyst", "ivan"),
    ];

    /// <summary>
    /// Groups and their members: a person's log-in name, or another group with a leading <c>@</c>. Four deep below all-staff.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["payments-oncall"] = ["dana", "farah"],
        ["platform"] = ["carla", "emil", "hugo", "@payments-oncall"],
        ["engineering"] = ["boris", "kofi", "jill", "@platform"],
        ["finance"] = ["ivan", "gwen", "sam"],
        ["all-staff"] = ["ada", "lena", "@engineering", "@finance"],
        ["cloud-admins"] = ["jill"],
        ["contractors"] = ["hugo"],
    };

    /// <summary>Service accounts of the directory with their owner; empty where nobody owns them.</summary>
    public static IReadOnlyDictionary<string, string> ServiceAccounts { get; } = new Dictionary<string, string>
    {
        ["svc-payments"] = "farah", ["svc-reports"] = "dana", ["svc-backup"] = "carla", ["svc-legacy"] = "",
    };

    /// <summary>The person with this log-in name.</summary>
    public static AcmePerson Person(string uid) => People.Single(p => p.Uid == uid);
}
