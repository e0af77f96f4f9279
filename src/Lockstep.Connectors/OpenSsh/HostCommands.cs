using System.Globalization;
using System.Security.Cryptography;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Everything that is ever run on a host. What is not in this list is not run.</summary>
/// <param name="sudo">Whether what needs root goes through <c>sudo -n</c>.</param>
internal sealed class HostCommands(bool sudo)
{
    private const int LogBytesMax = 4_000_000;
    private readonly string _root = sudo ? "sudo -n -- " : string.Empty;

    public static HostCommand Hello => new(
        "ask who we are", "id -u; uname -n; printf '%s\\n' \"$PPID\" \"${SSH_CONNECTION:-}\"; getconf CLK_TCK; grep '^btime ' /proc/stat");

    public static HostCommand Version => new("ask for the version", "ssh -V 2>&1");

    public static HostCommand Accounts => new("list accounts", "getent passwd");

    public static HostCommand Groups => new("list groups", "getent group");

    /// <summary>Only name and expiry leave the host, never a password's hash.</summary>
    public HostCommand Expiry => new("see when accounts expire", $"{_root}cut -d: -f1,8 /etc/shadow");

    /// <summary>Asks sshd itself what it would do for each account.</summary>
    public HostCommand Settings(string configFile, IEnumerable<string> users) => new(
        "ask sshd for its settings",
        $"for u in {string.Join(' ', users.Select(Quote))}; do printf 'lockstep-user %s\\n' \"$u\"; "
        + $"{_root}sshd -T -f {Quote(configFile)} -C user=\"$u\",host=localhost,addr=127.0.0.1 || exit 3; done | "
        + "grep -E '^(lockstep-user|authorized|trustedusercakeys|revokedkeys|usepam|pubkeyauthentication|permitrootlogin|allow(users|groups) |deny(users|groups) )'");

    /// <summary>Lists the <c>Match</c> and <c>Include</c> lines of files that a pattern may name.</summary>
    public HostCommand Matches(string files) => new(
        "read sshd's configuration",
        $"{_root}grep -hiE '^[[:space:]]*(match|include)[[:space:]]' -- {string.Join('*', files.Split('*').Select(Quote))}", 1);

    public HostCommand Read(string file) => new($"read `{file}`", $"{_root}cat -- {Quote(file)}");

    public HostCommand List(string folder) => new($"list `{folder}`", $"{_root}ls -1A -- {Quote(folder)}");

    public HostCommand Revoked(string file) => new("read the list of revoked keys", $"{_root}ssh-keygen -Q -l -f {Quote(file)}");

    /// <summary>The newest part of the log, and of it only the lines about accepted keys.</summary>
    public HostCommand LogIns(string file) => new(
        "read the log of sshd",
        $"{{ {_root}tail -c {LogBytesMax} -- {Quote(file)} || exit 3; }} | grep -aF 'Accepted publickey for '", 1);

    public HostCommand Sockets => new("list connections with their processes", $"{_root}ss -Htnp state established");

    /// <summary>The arguments of sshd's own processes only: those of others may hold anything.</summary>
    public static HostCommand Processes(IEnumerable<int> ids)
    {
        var list = ids.Select(Text).ToList();
        return new(
            "look at the processes of sshd",
            $"ps -ww -o pid=,ppid=,uid=,args= -p {string.Join(',', list)}; cat {string.Join(' ', list.Select(p => $"/proc/{p}/stat"))} 2>/dev/null; true");
    }

    public static HostCommand AllProcesses => new("list processes", "ps -eo pid=,ppid=,uid=,stat=");

    public HostCommand SudoRules(string file) => new("read the sudo rules", $"{_root}cvtsudoers -f json {Quote(file)}");

    /// <summary>Reads rules from a text, which never touches a file.</summary>
    public static HostCommand SudoRulesIn(string text) => new("read changed sudo rules", $"cvtsudoers -f json - {Here(text)}");

    public HostCommand Expire(string user) => new($"expire account `{user}`", $"{_root}usermod --expiredate 1 -- {Quote(user)}");

    /// <summary>Takes the expiry off an account; only ever the canary's.</summary>
    public HostCommand Unexpire(string user) =>
        new($"take the expiry off account `{user}`", $"{_root}usermod --expiredate -1 -- {Quote(user)}");

    public HostCommand End(IEnumerable<int> ids) => new("end processes", $"{_root}kill -KILL {string.Join(' ', ids.Select(Text))}");

    /// <summary>
    /// Replaces a file as a whole: a new one beside it with the same owner and mode, on disk, checked, and then renamed over it, unless
    /// it has changed since it was read or is reached through a symbolic link.
    /// </summary>
    /// <param name="check">What the new file must pass, or nothing.</param>
    public HostCommand Replace(string file, string before, string after, string? check = null)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(before)));
        return new($"replace `{file}`", $$"""
            f={{Quote(file)}}; d=$(dirname -- "$f")
            r=$({{_root}}realpath -- "$f") || exit 8; [ "$r" = "$f" ] || { echo 'lockstep: a symbolic link' >&2; exit 9; }
            t=$({{_root}}mktemp -- "$d/.lockstep.XXXXXXXXXX") || exit 1
            { {{_root}}tee -- "$t" >/dev/null {{Here(after)}}
            } && {{_root}}chown --reference="$f" -- "$t" && {{_root}}chmod --reference="$f" -- "$t" && {{_root}}sync -- "$t" {{Check(check)}} &&
            { [ "$({{_root}}sha256sum -- "$f" | cut -c1-64)" = '{{hash}}' ] || { echo 'lockstep: changed meanwhile' >&2; false; }; } &&
            {{_root}}mv -f -- "$t" "$f" && {{_root}}sync -- "$d" || { {{_root}}rm -f -- "$t"; exit 8; }
            """);
    }

    /// <summary>Checks a sudoers file before it is put in place.</summary>
    public string SudoersCheck => $"{_root}visudo -q -c -f \"$t\" >&2";

    /// <summary>Adds to a copy of the list of revoked keys, which then takes its place.</summary>
    public HostCommand Revoke(string file, string authority, string specification) => new("add to the list of revoked keys", $$"""
        f={{Quote(file)}}; d=$(dirname -- "$f")
        r=$({{_root}}realpath -- "$f") || exit 8; [ "$r" = "$f" ] || { echo 'lockstep: a symbolic link' >&2; exit 9; }
        w=$(mktemp -d) && t=$({{_root}}mktemp -- "$d/.lockstep.XXXXXXXXXX") || exit 1
        { cat > "$w/ca.pub" {{Here(authority)}}
        } && { cat > "$w/spec" {{Here(specification)}}
        } && {{_root}}cp -- "$f" "$t" && {{_root}}chown --reference="$f" -- "$t" && {{_root}}chmod --reference="$f" -- "$t" &&
        {{_root}}ssh-keygen -q -k -u -f "$t" -s "$w/ca.pub" "$w/spec" && {{_root}}sync -- "$t" && {{_root}}mv -f -- "$t" "$f" &&
        {{_root}}sync -- "$d"; c=$?; rm -rf -- "$w"; [ $c = 0 ] || { {{_root}}rm -f -- "$t"; exit 8; }
        """);

    /// <summary>Quotes for a POSIX shell: inside single quotes nothing has a meaning but the single quote.</summary>
    public static string Quote(string argument) =>
        argument.Contains('\0', StringComparison.Ordinal) || argument.Contains('\n', StringComparison.Ordinal)
            ? throw new IncompleteObservationException(HostErrors.Malformed("a name or path of the host has a line break in it"))
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Check(string? check) => check is null ? string.Empty : $"&& {check}";

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text as standard input; the end mark is random, so that no text can hold it.</summary>
    private static string Here(string text)
    {
        var end = $"LOCKSTEP_{RandomNumberGenerator.GetHexString(32)}";
        return $"<<'{end}'\n{text}{(text.EndsWith('\n') ? string.Empty : "\n")}{end}";
    }
}
