"""
The demo channel: a believable consumer-goods brand that does not exist, made from a seed.

``generate`` gives everything as frames in memory; who loads them into a database lives elsewhere.
places (cities, patches, the sales tree) → people, roster (staff, distributors, stores) → sales (a year of
weeks with festivals); catalogue, broadcasts (what is sold and said), threads and talk (what groups
say to each other). All names, numbers, texts and prices are invented; only divisions are real.
"""

from qunlian.cli.demo_data.broadcasts import NOTICES, Notice
from qunlian.cli.demo_data.catalogue import BRAND, COMPANY
from qunlian.cli.demo_data.generate import Demo, generate
from qunlian.cli.demo_data.talk import MANAGER, REP, Party, Utterance, converse

__all__ = [
    "BRAND",
    "COMPANY",
    "MANAGER",
    "NOTICES",
    "REP",
    "Demo",
    "Notice",
    "Party",
    "Utterance",
    "converse",
    "generate",
]
