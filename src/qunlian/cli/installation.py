"""
The folder of one installation: its secrets and what it remembers about itself.

Everything here works without Django, so that the first command on a new machine can use it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Installation:
    """One QUNLIAN_HOME."""

    home: Path

    @classmethod
    def from_environment(cls) -> "Installation":
        """Return the installation that QUNLIAN_HOME names (default: ``var`` where one stands)."""
        return cls(Path(os.environ.get("QUNLIAN_HOME", "var")).resolve())

    def secret(self, name: str, *, length: int = 32) -> str:
        """Read a secret; make and keep it (mode 600) when there is none yet."""
        path = self.home / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(length))
        return path.read_text().strip()

    def remember(self, name: str, **facts: Any) -> None:
        """Replace the small private file ``name`` (never half written)."""
        self.home.mkdir(parents=True, exist_ok=True)
        _write_private(self.home / f"{name}.json", json.dumps(facts, indent=1))

    def recall(self, name: str) -> dict[str, Any]:
        """Return what was remembered under ``name``; empty when nothing was, or it is unreadable."""
        try:
            facts = json.loads((self.home / f"{name}.json").read_text())
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def forget(self, name: str) -> None:
        """Drop what was remembered under ``name``."""
        (self.home / f"{name}.json").unlink(missing_ok=True)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the installation's lock ``name``; the kernel frees it when the holder dies."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in one step."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
