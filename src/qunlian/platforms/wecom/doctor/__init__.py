"""
The doctor: what of the set-up is right, what is not, and where to click.

seeing.py    asks WeCom, our database and our own address, in the order in which one needs another
checks.py    the checks as data: what each needs, and who judges it
judging.py   the app: corp id, secret, IP, agent id, domain, clock
hearing.py   the callback: its address, what came of what should have come
manning.py   people: visible range, activated, customer contact; what is used up; the archive

Where to click: document numbers stand in reference; what is third-hand says "look for".
"""

from qunlian.platforms.wecom.doctor.checks import examine
from qunlian.platforms.wecom.doctor.seeing import is_archive_key

__all__ = ["examine", "is_archive_key"]
