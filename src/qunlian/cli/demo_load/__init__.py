"""
Lays the demo channel into a database, through the actions that everybody else uses.

lay.py goes through the story in its order: log_ins (the enterprise and who may log in), rosters (files
through the import), catalogue, matrix (plans, groups, who sits in them, tallies), then the last weeks:
conversations and broadcasts, and beside them the orders.
laying.py is what they share. History is made by giving the actions moments of the past; every step
can be taken again after an interruption and finds what is there already.
"""
