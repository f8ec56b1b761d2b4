import ldap
import ldap.dn

print(ldap.dn.str2dn("cn=Ada,dc=example,dc=org"), ldap.SASL_AVAIL)
