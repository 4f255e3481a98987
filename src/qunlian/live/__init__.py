"""
Live updates: one small asyncio process (``python -m qunlian.live``), a WebSocket per open page.

A page brings a ticket that the web process signed, and how far it knows each group; it gets what changed
since and then everything new. hub.py knows who listens to what and reads changes from the database;
server.py speaks WebSocket; listener.py hears NOTIFY. A NOTIFY only wakes: the database's
gapless change numbers say what is new, so a lost one costs seconds, never a message.
"""
