"""
Lays the demo channel into a database, through the actions that everybody else uses.

lay.py goes through the story in its order: log_ins (the enterprise and who may log in), rosters (files
through the import), catalogue, and beside it matrix and waves (plans, groups, a roll-out, who sits in
the groups, tallies); then the last weeks: orders, and beside them conversations and broadcasts.
changes.py is what came after the groups: a rep who left, a roster that changed, a plan again.
laying.py is what they share. History is made by giving the actions moments of the past; every step
can be taken again after an interruption and finds what is there already.
"""
