using System.Globalization;

namespace Lockstep.Lab.OpenLdap;

/// <summary>The text of <c>slapd.conf</c> and of the entries that exist before the first seed.</summary>
internal static class SlapdConfiguration
{
    public static string Text(LabFolder folder, OpenLdapOptions options, string rootHash) => $"""
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        include /etc/ldap/schema/nis.schema
        pidfile {folder.PathOf("slapd.pid")}
        argsfile {folder.PathOf("slapd.args")}
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload back_monitor
        moduleload memberof
        moduleload refint
        moduleload ppolicy
        moduleload accesslog
        moduleload syncprov
        moduleload pw-sha2
        password-hash {"{SSHA512}"}
        sizelimit {options.SizeLimit.ToString(CultureInfo.InvariantCulture)}
        {(options.Tls ? $"TLSCertificateFile {folder.PathOf("tls.crt")}\nTLSCertificateKeyFile {folder.PathOf("tls.key")}" : "# no TLS")}

        database config
        rootdn "{OpenLdapServer.ConfigDn}"
        rootpw {rootHash}

        database monitor
        access to * by dn.exact="{OpenLdapServer.AdminDn}" read by dn.exact="{OpenLdapServer.ConnectorDn}" read by * none

        database mdb
        suffix cn=accesslog
        directory {folder.PathOf("log")}
        rootdn "{OpenLdapServer.AdminDn}"
        index default eq
        index entryCSN,objectClass,reqEnd,reqResult,reqStart
        access to * by dn.exact="{OpenLdapServer.ConnectorDn}" read by * none

        database mdb
        suffix "{OpenLdapServer.Suffix}"
        directory {folder.PathOf("data")}
        rootdn "{OpenLdapServer.AdminDn}"
        rootpw {rootHash}
        dbnosync
        index objectClass,entryCSN,entryUUID eq
        index uid,cn,member,memberOf eq
        limits dn.exact="{OpenLdapServer.ConnectorDn}" size=unlimited time=unlimited
        {AccessRules()}
        overlay syncprov
        syncprov-checkpoint 100 10
        overlay memberof
        memberof-group-oc groupOfNames
        memberof-member-ad member
        memberof-memberof-ad memberOf
        overlay refint
        refint_attributes member memberOf manager owner
        overlay ppolicy
        {PolicyLine(options)}
        overlay accesslog
        logdb cn=accesslog
        logops writes
        logsuccess FALSE

        """;

    /// <summary>
    /// The base, its units and the policy; a policy entry without <c>ppolicy_default</c> would be as ineffective as none.
    /// </summary>
    public static string BaseEntries(OpenLdapOptions options)
    {
        var policy = $"""

            dn: cn=default,ou=policies,{OpenLdapServer.Suffix}
            objectClass: device
            objectClass: pwdPolicy
            cn: default
            pwdAttribute: userPassword
            pwdLockout: TRUE
            pwdLockoutDuration: 0
            pwdMaxFailure: 0

            """;
        return $"""
            dn: {OpenLdapServer.Suffix}
            objectClass: dcObject
            objectClass: organization
            dc: acme
            o: Acme

            {Unit("people")}
            {Unit("groups")}
            {Unit("services")}
            {Unit("policies")}
            """ + (options.LockoutPolicy ? policy : "");
    }

    private static string PolicyLine(OpenLdapOptions options) => options.LockoutPolicy
        ? $"ppolicy_default \"cn=default,ou=policies,{OpenLdapServer.Suffix}\""
        : "# no policy applies: a lock is accepted and ignored";

    private static string Unit(string name) => $"""
        dn: ou={name},{OpenLdapServer.Suffix}
        objectClass: organizationalUnit
        ou: {name}

        """;

    /// <summary>
    /// Lockstep's own account: reads everything but password values, writes locks, passwords and group members, nothing else.
    /// </summary>
    private static string AccessRules()
    {
        var groups = $"ou=groups,{OpenLdapServer.Suffix}";
        var connector = $"by dn.exact=\"{OpenLdapServer.ConnectorDn}\"";
        return $"""
            access to attrs=userPassword {connector} write by self write by anonymous auth by * none
            access to attrs=pwdAccountLockedTime {connector} manage by * none
            access to dn.subtree="{groups}" attrs=member,uniqueMember,memberUid {connector} write by users read by * none
            access to * {connector} read by users read by anonymous auth by * none
            """;
    }
}
