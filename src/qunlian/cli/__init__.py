"""
`qunlian …`: one file per command, and what starts an installation.

installation.py      the home folder: secrets, lock, what is remembered
embedded_postgres.py a PostgreSQL of our own (postgres_binaries.py: where its programs are)
provision.py         roles, rights, migrations; which role may serve
main.py              the group; every other file with a ``command`` in it is a command
"""
