"""What the console calls things."""

import pytest

from qunlian.console.channel.words import device_in_words


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0 Safari/537.36", "Chrome · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_browsers(told: str, said: str) -> None:
    assert device_in_words(told) == said
