"""
The outside chat platforms, one folder each, all behind one port.

``port.py`` says what any platform must do and how it declares what it cannot; ``registry.py`` finds the
adapter that the settings name. Features import these two and never an adapter. ``web/`` is the
platform we bring ourselves: rooms and posts in tables of its own.
"""
