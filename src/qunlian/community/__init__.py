"""
The matrix of groups: planned, applied, joined, looked after.

Words: a *plan* proposes *plan groups* over a roster's stores; applying makes *groups*; a store has one
*base group* per layer; a *member* is a person's stay in a group; *seats* count people; a *request* is
what a group's platform is asked to do; a *task* what a person does for it on his phone. planner/ is the
arithmetic (arrays, no Django). Doors: access.py. Reads: queries/. Writes: actions/; steps/ are for a higher
slice's own transaction: admitting a member, asking people (tasks.py).
"""
