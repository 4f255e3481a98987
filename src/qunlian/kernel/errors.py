"""
The one error family that callers are meant to see.

A refusal is an anticipated "no": the code is right, the world said no. It is translated once per
interface and never logged as a bug. Anything that is not a Refusal is a bug: a 500 and an alert.
Its docstring is the public sentence, translated through gettext; facts fill its ``%(name)s``.
"""

import copyreg
import inspect
from typing import Any, ClassVar


class Refusal(Exception):
    """The request was refused."""

    code: ClassVar[str] = "kernel.refused"
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process whole: facts come by name, which exceptions do not expect."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    @classmethod
    def sentence(cls) -> str:
        """Return the public sentence, untranslated."""
        return inspect.cleandoc(cls.__doc__ or "")


class NotFound(Refusal):
    """There is no such thing, or it is not yours to see."""

    code = "kernel.not_found"
    status = 404


class Invalid(Refusal):
    """What was entered cannot be used."""

    code = "kernel.invalid"
    status = 422


class Conflict(Refusal):
    """Somebody else changed this in the meantime; look at it again."""

    code = "kernel.conflict"
    status = 409


class Forbidden(Refusal):
    """Your role may see this but not change it."""

    code = "kernel.forbidden"
    status = 403


class RateLimited(Refusal):
    """Too many attempts; wait %(retry_after_seconds)s seconds."""

    code = "kernel.rate_limited"
    status = 429

    def __init__(self, *, retry_after_seconds: int, **facts: Any) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(retry_after_seconds=retry_after_seconds, **facts)


class PlatformTrouble(Refusal):
    """The chat platform refused or failed."""

    code = "kernel.platform_trouble"
    status = 502

    def __init__(self, *, permanent: bool, **facts: Any) -> None:
        self.permanent = permanent
        super().__init__(**facts)
