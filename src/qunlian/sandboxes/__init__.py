"""
Stand-ins for the outside platforms, to develop, try and test against without an account.

They import nothing of ours and share no code with the adapters in ``platforms``; only ``cli`` and tests
start them. A sandbox refuses what the real one refuses, and every rule names where it is written down.

wecom/   qyapi.weixin.qq.com: ``qunlian sandbox wecom``
"""
