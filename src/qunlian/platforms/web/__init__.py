"""
The built-in platform: groups on our own pages, no outside account needed.

It keeps what a platform keeps (rooms, seats, an ordered spool of posts) in tables of its own and writes them
in transactions of its own, so that features treat it like any other. What people write on the pages
goes straight to messaging; only posts made through the port pass this spool.
"""
