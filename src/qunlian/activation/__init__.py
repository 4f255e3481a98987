"""
Activation: whom to begin with, and in which steps.

Words: nomination (somebody names a store as a seed), suitability (a score told by its parts),
roll-out (the stores of a part in an order), wave (the stores invited together), look (at results).
Start with ``rules``, then ``actions/draft_rollout`` and ``actions/open_wave``.
"""
