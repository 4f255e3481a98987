"""Wiring: settings, urls, middleware; the only place that names a concrete platform."""
