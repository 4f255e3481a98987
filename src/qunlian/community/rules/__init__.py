"""Pure decisions of the community: names, seats, life-cycle, staffing."""
