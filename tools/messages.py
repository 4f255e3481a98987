"""Translations: ``python tools/messages.py update | check | compile``.

Every text for people is an English msgid in code, a template or a refusal's docstring. Its Chinese
stands in the ``locale`` folder of the same room: ``src/qunlian/<room>/locale``, and of the sub-folder
for console, member and platforms (``console/channel/locale``; templates of
``templates/console/channel/`` belong there).
``update`` brings the .po files up to date, ``check`` fails when one is not or a translation is missing.
"""

import ast
import inspect
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "qunlian"
LOCALE = "zh_Hans"
_IN_SUB_FOLDER = 4  # parts of console/templates/console/channel/page.html, less one
SPLIT_ROOMS = frozenset({"console", "member", "platforms"})
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: Header lines that say nothing and change with tools and time: nothing to conflict about.
_NOISE = re.compile(
    rb'^"(?:Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By).*\n',
    re.MULTILINE,
)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Do what the one argument says; 1 when a check fails."""
    settings.configure()
    verb = arguments[0] if arguments else ""
    if verb == "compile":
        compile_all()
    elif verb == "update":
        print(f"messages: {update_all()} without a translation")
    elif verb == "check":
        troubles = check_all()
        print("\n".join(troubles) or "messages: complete")
        return 1 if troubles else 0
    else:
        print(__doc__)
        return 2
    return 0


def compile_all() -> None:
    """Write each .mo beside its .po, never half: a process may be starting just now."""
    for path in po_files():
        part = path.with_suffix(".mo.part")
        with part.open("wb") as stream:
            write_mo(stream, _read(path))
        part.replace(path.with_suffix(".mo"))


def update_all() -> int:
    """Bring all .po files up to date; return how many messages lack a translation.

    A new message takes the translation that another room already has for the same words.
    """
    known = _known_translations()
    missing = 0
    for room, template in extract_all().items():
        path = _po_path(room)
        catalog = _merge(template, _read(path) if path.exists() else Catalog(), known)
        missing += sum(1 for message in catalog if message.id and not _is_translated(message))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_dump(catalog))
    return missing


def check_all() -> list[str]:
    """Return what is wrong: missing, fuzzy, unused or broken translations, and two for the same words."""
    troubles = []
    rooms = extract_all()
    for room, template in rooms.items():
        path = _po_path(room)
        known = _read(path) if path.exists() else Catalog()
        for message in template:
            if message.id:
                found = known.get(message.id, message.context)
                troubles += [
                    f"{_short(path)}: {t}: {message.id!r}" for t in _troubles(found, known)
                ]
        unused = {m.id for m in known if m.id} - {m.id for m in template if m.id}
        troubles += [f"{_short(path)}: unused, run `make messages`: {words!r}" for words in unused]
    left = {p for p in po_files() if p not in {_po_path(room) for room in rooms}}
    troubles += [f"{_short(path)}: has no messages any more" for path in left]
    for key, texts in _known_translations().items():
        if len(texts) > 1:
            troubles.append(f"{key[0]!r} is translated in two ways: {' / '.join(map(str, texts))}")
    return sorted(troubles)


def extract_all() -> dict[Path, Catalog]:
    """Return each room's messages."""
    catalogs: dict[Path, Catalog] = defaultdict(_new_catalog)
    refusals = _refusal_classes()
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        place = path.relative_to(PACKAGE.parents[1]).as_posix()
        for words, context in [*_messages(path), *_sentences(path, refusals)]:
            flags = ["python-format"] if "%(" in str(words) else []
            catalogs[room_of(path)].add(words, locations=[(place, 0)], context=context, flags=flags)
    return dict(catalogs)


def room_of(path: Path) -> Path:
    """Return the folder whose ``locale`` holds a file's translations."""
    parts = path.relative_to(PACKAGE).parts
    room = PACKAGE / parts[0]
    if parts[0] not in SPLIT_ROOMS:
        return room
    sub = parts[3] if parts[1:2] == ("templates",) and len(parts) > _IN_SUB_FOLDER else parts[1]
    return room / sub if (room / sub).is_dir() and sub != "templates" else room


def po_files() -> list[Path]:
    """Return all translations."""
    return sorted(PACKAGE.glob(f"**/locale/{LOCALE}/LC_MESSAGES/django.po"))


def _messages(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Give a file's messages and their contexts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)  # a template's indents mean nothing
    stream = io.BytesIO(text.encode())
    for _line, function, found, _comments in extract_python(stream, KEYWORDS, [], {}):
        arguments = list(found) if isinstance(found, tuple) else [found]
        context = str(arguments.pop(0)) if function and "pgettext" in function else None
        if not arguments or not all(isinstance(word, str) for word in arguments[:1]):
            continue
        if str(function).startswith("n"):
            yield (str(arguments[0]), str(arguments[1])), context
        elif arguments[0]:
            yield str(arguments[0]), context


def _refusal_classes() -> set[str]:
    """Return the names of all classes that descend from Refusal, by name alone."""
    bases: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
                bases.setdefault(node.name, set()).update(names)
    found = {"Refusal"}
    while grown := {name for name, parents in bases.items() if parents & found} - found:
        found |= grown
    return found


def _sentences(path: Path, refusals: set[str]) -> Iterator[tuple[str, None]]:
    """Give the public sentences of the refusals defined in a file."""
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and node.name in refusals:
            sentence = ast.get_docstring(node, clean=False)
            if sentence:
                yield inspect.cleandoc(sentence), None


def _merge(template: Catalog, old: Catalog, known: "Known") -> Catalog:
    """Return the template with the old translations, else those of other rooms."""
    for message in template:
        if not message.id:
            continue
        before = old.get(message.id, message.context)
        elsewhere = known.get((message.id, message.context), [])
        if before is not None and _is_translated(before):
            message.string = before.string
            message.flags |= before.flags & {"fuzzy"}
        elif elsewhere:
            message.string = elsewhere[0]
    return template


def _troubles(found: Message | None, catalog: Catalog) -> list[str]:
    """Say what is wrong with one translation."""
    if found is None:
        return ["missing, run `make messages`"]
    if not _is_translated(found):
        return ["not translated"]
    broken = [str(trouble) for trouble in found.check(catalog)]
    return [*(["fuzzy"] if found.fuzzy else []), *broken]


Known = dict[tuple[object, object], list[Any]]


def _known_translations() -> Known:
    """Return for each message the different translations that the rooms have."""
    known: Known = defaultdict(list)
    for path in po_files():
        for message in _read(path):
            texts = known[message.id, message.context]
            if message.id and _is_translated(message) and message.string not in texts:
                texts.append(message.string)
    return known


def _is_translated(message: Message) -> bool:
    text = message.string
    return bool(text) if isinstance(text, str) else bool(text) and all(text or ())


def _new_catalog() -> Catalog:
    return Catalog(
        locale=LOCALE,
        project="Qunlian",
        header_comment="",
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        fuzzy=False,
    )


def _po_path(room: Path) -> Path:
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=LOCALE)


def _short(path: Path) -> str:
    return path.relative_to(PACKAGE.parents[1]).as_posix()


def _dump(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalog, width=0, sort_output=True, include_lineno=False)
    return _NOISE.sub(b"", stream.getvalue())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
