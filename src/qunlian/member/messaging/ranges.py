"""Byte ranges of a file: Safari plays voice and video only from a server that knows them."""

import re
from collections.abc import Iterator
from typing import IO, cast

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
_CHUNK = 64 * 1024


def ranged(request: HttpRequest, response: FileResponse) -> HttpResponse | StreamingHttpResponse:
    """Answer a ``Range`` of one part with 206; anything else gets the whole file."""
    response["Accept-Ranges"] = "bytes"
    asked = _RANGE.match(request.headers.get("Range", ""))
    size = int(response.headers.get("Content-Length", 0))
    if asked is None or not any(asked.groups()) or not size:
        return response
    first, last = _bounds(asked[1], asked[2], size)
    if first > last or first >= size:
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        response.close()
        return refusal
    stream = cast("IO[bytes]", response.file_to_stream)
    stream.seek(first)
    part = StreamingHttpResponse(
        _read(stream, last - first + 1), status=206, content_type=response["Content-Type"]
    )
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(stream: IO[bytes], left: int) -> Iterator[bytes]:
    with stream:
        while left > 0:
            chunk = stream.read(min(_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
