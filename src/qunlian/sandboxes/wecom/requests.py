"""
How the fields of a request are read: declared per call, and refused as soon as one doesn't fit.

A field that is missing, of the wrong kind, too long or too many is 40058 unless the call says otherwise; an
empty one that must be filled is 40063; some have a code of their own. Source: page 90313.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from qunlian.sandboxes.wecom.errors import Refused

BAD_PARAMETER = 40058
EMPTY = 40063
#: Source: page 90313: these have codes of their own when they are missing or empty
MISSING = {
    "agentid": 41011,
    "code": 41008,
    "config_id": 41043,
    "external_userid": 41035,
    "media_id": 41006,
    "msgid": 41046,
    "userid": 41009,
    "welcome_code": 41049,
}


class Body(BaseModel):
    """The JSON object of a POST: numbers are numbers, texts are texts."""

    model_config = ConfigDict(strict=True)


class Query(BaseModel):
    """The parameters of a GET, which are all texts."""


class FileQuery(Query):
    """The parameters beside an uploaded file, which is a POST."""


Ask = TypeVar("Ask", bound=BaseModel)


def _refuse(code: int, note: str) -> PydanticCustomError:
    return PydanticCustomError("wecom", "{note}", {"code": code, "note": note})


def longest_bytes(limit: int) -> AfterValidator:
    """Refuse a text of more bytes in UTF-8 with 45002."""

    def check(text: str) -> str:
        if len(text.encode()) > limit:
            raise _refuse(45002, f"more than {limit} bytes")
        return text

    return AfterValidator(check)


def at_most(limit: int, code: int = BAD_PARAMETER) -> AfterValidator:
    """Refuse a list or text of more than so many items or characters."""

    def check(value: Any) -> Any:
        if len(value) > limit:
            raise _refuse(code, f"more than {limit}")
        return value

    return AfterValidator(check)


def cut(limit: int) -> AfterValidator:
    """Cut a longer text off without a word, where the vendor's page says so."""
    return AfterValidator(lambda text: text[:limit])


def one_of(*known: str, code: int) -> AfterValidator:
    """Refuse a word that is none of these."""

    def check(word: str) -> str:
        if word not in known:
            raise _refuse(code, f"one of {', '.join(known)}")
        return word

    return AfterValidator(check)


def _filled(value: Any) -> Any:
    if not value:
        raise _refuse(EMPTY, "empty")
    return value


FILLED = AfterValidator(_filled)
Text = Annotated[str, FILLED]
Texts = Annotated[list[str], FILLED]
Flag = Annotated[int | bool, Field(ge=0, le=1)]
UserId = Annotated[str, FILLED, at_most(64)]
Cursor = str | None


def rows_up_to(
    default: int, limit: int, *, beyond: Literal["refused", "clamped", "default"]
) -> AfterValidator:
    """
    Check a ``limit``: what is beyond it is refused, taken as the limit, or as the default.

    Source: pages 92994 (over the maximum: the maximum) and 93338 (over the maximum: the default).
    """

    def check(value: int) -> int:
        if 1 <= value <= limit:
            return value
        if beyond == "refused":
            raise _refuse(BAD_PARAMETER, f"limit is 1 to {limit}")
        return limit if beyond == "clamped" and value > limit else default

    return AfterValidator(check)


def read(
    model: type[Ask], query: Mapping[str, str], body: bytes, *, refuses_unknown: bool = True
) -> Ask:
    """Read a request into a call's model, or refuse it."""
    fields = _body(body) if issubclass(model, Body) else dict(query)
    try:
        return model.model_validate(fields, extra="forbid" if refuses_unknown else "ignore")
    except ValidationError as trouble:
        first = trouble.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        code = first.get("ctx", {}).get("code", BAD_PARAMETER)
        if first["type"] == "missing" or code == EMPTY:
            code = MISSING.get(str(first["loc"][-1]) if first["loc"] else "", code)
        raise Refused(code, f"{place}: {first['msg']}" if place else first["msg"]) from None


def _body(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        raise Refused(BAD_PARAMETER, "no JSON") from None
    if not isinstance(fields, dict):
        raise Refused(BAD_PARAMETER, "no JSON object")
    return fields
