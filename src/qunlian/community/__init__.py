"""The matrix of groups: plans, groups, members, rules, life-cycle, coverage."""
