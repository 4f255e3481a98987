"""
A stand-in for WeCom (企业微信, qyapi.weixin.qq.com) with the phones of its staff and customers.

running.py    ``start()``: one sandbox in a thread, for tests · server.py: the HTTP face
gate.py       what every call passes: token, address, rights, limits, weather
calls/        what an app may ask, one file per area · requests.py: how a request's fields are read
people/       what staff and customers do on their phones; only this makes callbacks
callbacks.py  events: encrypted (crypto.py), posted, repeated · weather.py: what gets lost, late or twice
state.py      the world and its companies, of records.py · settings.py: hearsay numbers · errors.py: refusals
control.py    ``/_sandbox/…``: acting as people, the clock, the whole truth
phones.py     the same as pages, built of pages.py · signin.py: who logs in, by a code
company.py    a whole company from a seed or from lists

"Source:" names the vendor's page (developer.work.weixin.qq.com/document/path/NUMBER) or a public SDK.
"""

from qunlian.sandboxes.wecom.running import Sandbox, start

__all__ = ["Sandbox", "start"]
