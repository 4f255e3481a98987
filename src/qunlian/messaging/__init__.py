"""
What is said in groups: messages in order, broadcasts and their proof.

A **message** has a gapless ``seq`` in its group; a **broadcast** is one message to many groups, direct
or by cascade; a **delivery** is its row per group; a **receipt** says who got, read and understood it; a
**relay** is one hop of a cascade. Start at steps.py (how a message gets in), actions/ and queries/; the
words and the guarantees are told in docs/explain/messages.md.
"""
