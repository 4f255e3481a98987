"""What docs/howto/wecom-sandbox.md tells to type and to write works, in its order."""

import json
import urllib.request

from tests.docs.pages import ROOT, blocks, commands

PAGE = "docs/howto/wecom-sandbox.md"


def test_what_is_told_to_type_works(sandboxes) -> None:
    sandbox = sandboxes()
    typed = [c for c in commands() if c.place.startswith(PAGE) and c.program == "curl"]
    assert len(typed) > 10
    for command in typed:
        url = next(word for word in command.words if word.startswith("http"))
        body = command.words[command.words.index("-d") + 1] if "-d" in command.words else None
        asked = urllib.request.Request(
            url.replace("http://localhost:8450", sandbox.url), data=body.encode() if body else None
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer) is not None, command


def test_what_is_told_to_write_works() -> None:
    for _, text in blocks(ROOT / PAGE, "python"):
        exec(text, {})
