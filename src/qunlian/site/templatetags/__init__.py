"""Template tags and filters: `{% load ui %}` has them all."""
