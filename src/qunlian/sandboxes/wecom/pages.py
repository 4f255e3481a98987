"""What the sandbox's pages are built of: plain HTML, everything escaped."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:0;padding:16px;background:#ededed;color:#191919}
h1{font-size:18px;margin:0 0 12px} h2{font-size:15px;margin:0 0 6px}
a{color:#576b95;text-decoration:none;display:inline-block;padding:2px 0}
.phones{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}
.phone{width:330px;background:#fff;border:8px solid #333;border-radius:24px;padding:14px;
  box-sizing:border-box}
.card{border-top:1px solid #e5e5e5;padding:8px 0} .quiet{color:#595959;font-size:13px}
form{display:inline-flex;gap:6px;margin:4px 6px 4px 0;flex-wrap:wrap} input{padding:4px;max-width:150px}
button{padding:4px 12px;border:1px solid #06803f;border-radius:4px;background:#06803f;color:#fff;
  cursor:pointer}
.told{background:#fff7e0;padding:8px 12px;margin-bottom:12px} ul{margin:4px 0;padding-left:18px}
"""


def page(title: str, *parts: str, told: str = "") -> web.Response:
    """Answer a whole page; ``told`` is what came of the last deed."""
    note = f'<p class="told" role="status">{escape(told)}</p>' if told else ""
    text = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{note}{''.join(parts)}</main></html>"
    )
    return web.Response(text=text, content_type="text/html")


def phone(title: str, *cards: str) -> str:
    """Draw a phone with its cards."""
    return f'<section class="phone"><h2>{escape(title)}</h2>{"".join(cards)}</section>'


def phones(drawn: Iterable[str]) -> str:
    """Lay phones side by side."""
    return f'<div class="phones">{"".join(drawn)}</div>'


def card(heading: str, *parts: str) -> str:
    """Draw one thing on a phone."""
    return f'<div class="card"><strong>{escape(heading)}</strong><br>{"".join(parts)}</div>'


def quiet(text: str) -> str:
    """Draw a line of less weight."""
    return f'<span class="quiet">{escape(text)}</span><br>'


def folded(label: str, *parts: str) -> str:
    """Draw what one opens first."""
    return f"<details><summary>{escape(label)}</summary>{''.join(parts)}</details>"


def link(text: str, address: str) -> str:
    """Draw a link."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def form(address: str, label: str, hidden: dict[str, str], **asked: str) -> str:
    """Draw a form: a button, what it sends unseen, and the fields it asks with their labels."""
    unseen = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    seen = "".join(
        f'<input name="{escape(name)}" placeholder="{escape(text)}" aria-label="{escape(text)}">'
        for name, text in asked.items()
    )
    return (
        f'<form method="post" action="{escape(address)}">{unseen}{seen}'
        f"<button>{escape(label)}</button></form>"
    )


def search(name: str, label: str, button: str, kept: dict[str, str]) -> str:
    """Draw a form that asks the same page again, with one more word."""
    unseen = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in kept.items()
        if key != name
    )
    return (
        f'<form>{unseen}<input name="{escape(name)}" placeholder="{escape(label)}"'
        f' aria-label="{escape(label)}"><button>{escape(button)}</button></form>'
    )
