"""What every action did: the page of today, and numbers counted along the tree.

A *tally* is what one territory held on one day (stores, groups, members), counted by a job so that a page
about a million stores adds up a few hundred rows. *Today* composes what waits for a person from the reads of
all slices below. Reads: queries/. rules.py: whose task is what.
Writes: take_tally counts, judge_lives sees which groups fade or woke.
"""
