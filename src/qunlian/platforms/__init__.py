"""Chat platforms: port.py says what any of them must do; one folder each. Only the site names one."""
