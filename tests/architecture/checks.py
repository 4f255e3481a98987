"""The house's laws that no linter knows, as functions from a tree of sources (or a database) to findings.

They return what is wrong, one line each that names the place, so that the same check can be shown to
catch a planted violation and to find nothing in the real house.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg

SRC = Path(__file__).parents[2] / "src" / "qunlian"
TESTS = Path(__file__).parents[1]

FILE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 6
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services", "manager", "managers"}
#: Tables outside tenancy on purpose: the registry of log-ins, the job queue, Django's own bookkeeping.
OPEN_TABLES = {
    "channel_account",
    "channel_session",
    "channel_login_attempt",
    "channel_api_token",
    "channel_return_link",
    "channel_public_code",
    "platforms_wecom_callback_code",
    "django_migrations",
    "django_session",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
#: Registry tables name an enterprise but are read before one is known.
REGISTRY_WITH_ENTERPRISE = {
    "channel_account",
    "channel_public_code",
    "platforms_wecom_callback_code",
}
CLOCKS = re.compile(r"\b(datetime\.now|datetime\.utcnow|timezone\.now|date\.today|time\.time)\(")
SLICES = ("channel", "community", "messaging", "commerce", "activation", "insight")
BELOW_INTERFACES = (*SLICES, "platforms")


def sources(root: Path = SRC) -> list[Path]:
    """Return our Python files, migrations left out."""
    return sorted(p for p in root.rglob("*.py") if "migrations" not in p.parts)


def actions(root: Path = SRC) -> list[Path]:
    """Return the files that hold one use case each."""
    return sorted(p for p in root.glob("*/actions/*.py") if p.stem != "__init__")


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def sizes(root: Path = SRC) -> list[str]:
    """Find files, functions and parameter lists beyond the house's limits; makers of tests may take more."""
    found = []
    for path in sources(root):
        text = path.read_text()
        place = path.relative_to(root)
        if text.count("\n") > FILE_LINES:
            found.append(f"{place}: {text.count(chr(10))} lines")
        for node in _functions(ast.parse(text)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                found.append(f"{place}:{node.lineno} {node.name}: {lines} lines")
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([a for a in arguments if a.arg not in {"self", "cls", "actor", "now"}])
            if count > PARAMETERS and root != TESTS:
                found.append(f"{place}:{node.lineno} {node.name}: {count} parameters")
    return found


def one_name(root: Path = SRC, tests: Path = TESTS) -> list[str]:
    """Find actions whose file, function and test do not share one name, or that take positionals."""
    found = []
    for path in actions(root):
        place = path.relative_to(root)
        public = [
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
        if [node.name for node in public] != [path.stem]:
            found.append(f"{place}: holds {[node.name for node in public]}")
            continue
        if public[0].args.args or public[0].args.posonlyargs:
            found.append(f"{place}: takes more than keywords")
        if not (tests / path.parts[-3] / f"test_{path.name}").exists():
            found.append(f"{place}: no tests/{path.parts[-3]}/test_{path.name}")
    return found


def undocumented_refusals(root: Path = SRC) -> list[str]:
    """Find actions that raise a refusal their docstring does not name."""
    found = []
    for path in actions(root):
        tree = ast.parse(path.read_text())
        doc = "".join(ast.get_docstring(node) or "" for node in _functions(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
            is_caught_here = re.search(rf"except [^\n]*\b{name}\b", path.read_text())
            if f":raises {name}:" not in doc and not is_caught_here:
                found.append(f"{path.relative_to(root)}:{node.lineno} {name}")
    return found


def clocks_below_interfaces(root: Path = SRC) -> list[str]:
    """Find code below the interfaces that asks for the time instead of being told."""
    found = []
    for slice_name in BELOW_INTERFACES:
        for path in sources(root / slice_name):
            if path.name == "jobs.py":
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if CLOCKS.search(line):
                    found.append(f"{path.relative_to(root)}:{number}")
    return found


def forbidden_names(root: Path = SRC) -> list[str]:
    """Find modules named after nothing."""
    return [
        str(path.relative_to(root))
        for path in sources(root)
        if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES
    ]


def rooms_without_a_map(root: Path = SRC) -> list[str]:
    """Find rooms whose ``__init__`` does not tell the newcomer where he is."""
    found = []
    for path in sorted(root.glob("*/__init__.py")):
        doc = ast.get_docstring(ast.parse(path.read_text())) or ""
        if len(doc) < 40:
            found.append(str(path.relative_to(root)))
    return found


def navigation_races(tests: Path = TESTS) -> list[str]:
    """Find browser tests that load a page by another way than walk.py's, which waits until it is there."""
    return [
        f"{path.relative_to(tests)}:{number}"
        for path in sorted((tests / "browser").glob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if path.name != "walk.py" and re.search(r"\.goto\(|expect_navigation\(", line)
    ]


def hidden_writes(root: Path = SRC) -> list[str]:
    """Find ``save()`` overrides and signal receivers: writes that an action's reader cannot see."""
    found = []
    for path in sources(root):
        text = path.read_text()
        if "django.db.models.signals" in text or "django.dispatch" in text:
            found.append(f"{path.relative_to(root)}: signals")
        if "models" in (path.stem, path.parent.name):
            found += [
                f"{path.relative_to(root)}:{node.lineno} overrides {node.name}()"
                for node in _functions(ast.parse(text))
                if node.name in {"save", "delete", "clean"}
            ]
    return found


_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, pg_get_userbyid(c.relowner),
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'by_enterprise'),
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'enterprise_id')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
_KEYS = """
SELECT c.relname, i.relname, a.attname FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique AND NOT x.indisprimary
AND NOT c.relispartition AND EXISTS (
    SELECT FROM pg_attribute e WHERE e.attrelid = c.oid AND e.attname = 'enterprise_id')
"""


def unfenced_tables(database: psycopg.Connection) -> list[str]:
    """Find tenant tables without forced row-level security, and tables outside tenancy by accident."""
    found = []
    for table, is_forced, _owner, has_policy, has_enterprise in database.execute(_TABLES):
        if table in OPEN_TABLES:
            continue
        if not (has_enterprise or table == "channel_enterprise"):
            found.append(f"{table}: no enterprise_id, and not in OPEN_TABLES")
        if not (is_forced and has_policy):
            found.append(f"{table}: row-level security is not forced by enterprise")
    for table, index, first in database.execute(_KEYS):
        if first != "enterprise_id" and table not in REGISTRY_WITH_ENTERPRISE:
            found.append(f"{table}: unique {index} does not begin with enterprise_id")
    return found


def dangerous_role(database: psycopg.Connection) -> list[str]:
    """Find what would let the connected role read past row-level security."""
    rows = database.execute(
        """
        SELECT rolname || ' is superuser or bypasses row-level security' FROM pg_roles
        WHERE pg_has_role(current_user, oid, 'MEMBER') AND (rolsuper OR rolbypassrls)
        UNION ALL
        SELECT 'owns ' || relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'MEMBER')
        """
    )
    return [finding for (finding,) in rows]
