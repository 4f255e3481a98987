"""Every tag and filter of the interface: `{% load ui %}`. docs/explain/interface.md shows each at work."""

from django.template import Library

from . import ui_chrome, ui_data, ui_forms, ui_lists, ui_text

register = Library()
for _part in (ui_text, ui_chrome, ui_data, ui_lists, ui_forms):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
