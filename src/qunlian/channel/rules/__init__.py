"""Pure decisions of the channel: no Django, no clock, no IO."""
