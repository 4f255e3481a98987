"""
Pages for the enterprise and its partners, one folder per slice; they hold no rule.

A page is a view in ``<slice>/``, named after the query it shows or the action it runs, and a template of
the same name. ``page.py`` is the door every view goes through; ``nav.py`` the menu.
"""
