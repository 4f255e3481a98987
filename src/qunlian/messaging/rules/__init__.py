"""
Pure decisions of messaging: no Django, no clock, no IO.

decay: how much of a message each hop keeps, with honest intervals. relays: who stopped it.
bodies: what a message may hold. slices: which groups a broadcast goes to.
"""
