"""Run a command with a Chromium for the browser tests: ``python3 tools/chromium.py pytest …``.

QUNLIAN_CHROMIUM names it to the command: the machine's, else one by apt where we may, else npm's
``@sparticuz/chromium``; without any the command runs all the same and the browser tests are skipped.
"""

import os
import shutil
import subprocess
import sys

import install

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APT_PACKAGES = ("chromium", "fonts-wqy-zenhei")
NPM_PACKAGE = "@sparticuz/chromium"
FOLDER = install.TOOLS / "chromium"
_UNPACK = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"


def main(command: list[str]) -> int:
    """Become the command."""
    path = known() or by_apt() or by_npm()
    if path is None:
        os.environ.pop("QUNLIAN_CHROMIUM", None)
        say("*** NO CHROMIUM HERE: THE BROWSER TESTS WILL BE SKIPPED ***")
    else:
        os.environ["QUNLIAN_CHROMIUM"] = path
    if not command:
        say(path or "none")
        return 0
    sys.stdout.flush()
    return os.execvp(command[0], command)


def known() -> str | None:
    """Return the one named by QUNLIAN_CHROMIUM, or one of the machine."""
    candidates = [os.environ.get("QUNLIAN_CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in candidates if path and starts(path)), None)


def by_apt() -> str | None:
    """Install Debian's where we may."""
    try:
        install.apt_install(*APT_PACKAGES)
    except (install.CannotSetUp, subprocess.CalledProcessError) as trouble:
        say(f"not by apt: {trouble}")
        return None
    return known()


def by_npm() -> str | None:
    """Unpack the one that npm has; it needs some libraries of the machine, so try it."""
    try:
        npm, environment = install.find_npm()
        FOLDER.mkdir(parents=True, exist_ok=True)
        if not (FOLDER / "node_modules" / NPM_PACKAGE).exists():
            say(f"getting {NPM_PACKAGE} from npm")
            command = [*npm, "install", "--no-audit", "--no-fund", "--silent", NPM_PACKAGE]
            subprocess.run(command, cwd=FOLDER, env=environment, check=True)
        answer = subprocess.run(
            ["node", "--input-type=module", "-e", _UNPACK],
            cwd=FOLDER,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError, install.CannotSetUp) as trouble:
        say(f"not by npm: {trouble}")
        return None
    path = answer.stdout.strip()
    if not starts(path):
        say("npm's needs libraries that this machine lacks")
        return None
    return path


def starts(path: str) -> bool:
    """Tell whether the program finds all its libraries here."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def say(text: str) -> None:
    """Tell the person."""
    print(f"chromium: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
