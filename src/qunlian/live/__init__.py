"""The small process that pushes new messages to open pages."""
