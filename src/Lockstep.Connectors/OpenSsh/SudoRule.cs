using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Who may run what as whom, with the aliases put in.</summary>
/// <param name="Who">A name, <c>%group</c>, <c>#uid</c>, <c>%#gid</c>, <c>+netgroup</c> or <c>ALL</c>.</param>
/// <param name="RunAs">As whom, as sudoers writes it.</param>
/// <param name="NoPassword">Whether sudo does not ask for a password.</param>
/// <param name="Command">The command as sudoers has it.</param>
/// <param name="Condition">What the rules take away again or tie it to, told and not decided; or <see langword="null"/>.</param>
internal sealed record SudoRule(string Who, string RunAs, bool NoPassword, string Command, string? Condition)
{
    private const int ActionMax = 128;

    /// <summary>Gets the action of the link: what the rule says, shortened to a hash where it is too long.</summary>
    public string Action
    {
        get
        {
            var text = $"sudo ({RunAs}){(NoPassword ? " NOPASSWD" : string.Empty)}: {Command}";
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
            return text.Length <= ActionMax ? text : $"{text[..(ActionMax - 15)]}… #{hash}";
        }
    }

    /// <summary>Gets what makes the rule this rule.</summary>
    public (string Who, string Action) Key => (Who, Action);
}
