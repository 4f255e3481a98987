"""
The matrix of groups: planned, applied, joined, looked after.

Words: a *plan* proposes *plan groups* over a roster's stores; applying makes *groups*; a store has one
*base group* per layer; a *member* is a person's stay in a group; *seats* count people; a *request* is
what a group's platform is asked to do; a *task* what a person does for it on his phone; a *way in* (``Door``)
a link or code that leads into groups (doors.py says where, doorkeeping.py looks after it). planner/ is the
arithmetic (arrays, no Django). Doors to rows: access.py. Reads: queries/. Writes: actions/; steps/ are for a
higher slice's own transaction: admitting a member, asking people (tasks.py). A *breach* of a group's rules
leads to the next step of its *ladder* (laddering.py begins and undoes it, breaches.py follows it).
"""
