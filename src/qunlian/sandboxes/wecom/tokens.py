"""Access tokens and the secrets behind them. Source: page 91039."""

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.records import App
from qunlian.sandboxes.wecom.state import Corp, Token, World

HOUR = 3600
#: Source: page 91039 asks for room for 512 bytes; real ones have some 214
TOKEN_LENGTH = 214


def get_token(world: World, corp_id: str, secret: str, *, ip: str) -> Token:
    """Return the app's token: the same one as long as it is valid."""
    if not corp_id:
        raise Refused(41002)
    if not secret:
        raise Refused(41004)
    corp = world.corps.get(corp_id)
    if corp is None:
        raise Refused(40013)
    app = next((found for found in corp.apps.values() if found.secret == secret), None)
    wrong = f"wrong secrets of {ip} in hour {int(world.now() // HOUR)}"
    if world.counters.get(wrong, 0) >= world.settings.wrong_secrets:
        raise Refused(45009, "too many wrong secrets")
    if app is None:
        world.count(wrong)
        raise Refused(40001)
    return _valid(world, corp, app) or _fresh(world, corp, app)


def _valid(world: World, corp: Corp, app: App) -> Token | None:
    for token in world.tokens.values():
        is_the_apps = (token.corp_id, token.agent_id) == (corp.corp_id, app.agent_id)
        if is_the_apps and not token.is_revoked and token.expires_at > world.now():
            return token
    return None


def _fresh(world: World, corp: Corp, app: App) -> Token:
    expires = world.now() + world.settings.token_seconds
    token = Token(world.new_id("tok", TOKEN_LENGTH), corp.corp_id, app.agent_id, expires)
    world.tokens[token.value] = token
    return token


def revoke_tokens(world: World) -> int:
    """End all tokens early, as the vendor may."""
    now = world.now()
    valid = [one for one in world.tokens.values() if not one.is_revoked and one.expires_at > now]
    for token in valid:
        token.is_revoked = True
    return len(valid)


def who_calls(world: World, value: str) -> tuple[Corp, App]:
    """Return whose token it is, or refuse it."""
    if not value:
        raise Refused(41001)
    token = world.tokens.get(value)
    if token is None or token.is_revoked:
        raise Refused(40014)
    if token.expires_at <= world.now():
        raise Refused(42001)
    corp = world.corps[token.corp_id]
    app = corp.app(token.agent_id)
    if app is None:
        raise Refused(40014, "app disabled")
    return corp, app
