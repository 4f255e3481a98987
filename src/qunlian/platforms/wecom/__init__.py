"""
WeCom (企业微信) behind the port: customers' groups, which people own and confirm things in.

``adapter.py`` speaks the port's verbs; ``client.py`` makes the one call, ``errors.py`` says what its answers
mean, ``pace.py`` and ``quota.py`` keep within what is allowed; ``api/`` wraps the calls; ``inbox.py`` takes
what WeCom tells us; ``accounts.py`` is what a set-up page uses. docs/explain/wecom.md tells the whole.
"""
