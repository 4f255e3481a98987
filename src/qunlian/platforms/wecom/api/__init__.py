"""
WeCom's calls, one file per area: typed values in, frozen dataclasses out, no decisions.

``groups`` customers' groups and their join ways · ``masses`` mass messages · ``contacts`` staff, customers
and tags · ``templates`` welcomes and intercepted words · ``apps`` the app's chats, robots, files and log-in.
"""
