"""
Where a store belongs when its sheet says province, city, district and rep instead of a territory.

Names are looked for in the tree that there is, in any usual form (浙江 = 浙江省), and put in where
they are missing and may be made. A rep's stores form a patch of his: the one he covers, else a new one
at the lowest territory that all his stores have in common. Ids of what is to be made are below 0.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

_SUFFIX = re.compile(
    r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|(?:..?族)*自治[州县旗]|省|市|地区|盟|州|区|县|旗|街道|镇|乡)$"
)
_SHORTEST = 2
_TWO_IN_ONE = re.compile(
    r"^(.{2,8}?(?:省|自治区|特别行政区)|北京市?|上海市?|天津市?|重庆市?)(.{2,}[市州盟区])$"
)
_LONGEST_CODE = 40
UNASSIGNED = "UNASSIGNED"
UNASSIGNED_NAME = "待分配"


@dataclass(slots=True)
class Node:
    """A territory, known or to be made (id below 0)."""

    id: int
    parent: "Node | None"
    code: str
    name: str
    is_patch: bool

    def line(self) -> "list[Node]":
        """Return the nodes from the top down to this one."""
        above = self.parent.line() if self.parent else []
        return [*above, self]


def name_key(name: str) -> str:
    """Return what forms of a place's name have in common: ``浙江省`` and ``浙江`` → ``浙江``."""
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) >= _SHORTEST else name


@dataclass(slots=True)
class Tree:
    """The territories within reach, and those to be made."""

    creates: bool
    top: Node | None
    may_make_tops: bool
    nodes: dict[int, Node] = field(default_factory=dict)
    by_key: dict[str, list[Node]] = field(default_factory=dict)
    by_code: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def of(cls, known: pl.DataFrame, *, creates: bool, tops: Iterable[int] | None) -> "Tree":
        """
        Build the tree.

        :param known: id, code, name, path, parent_id, is_patch
        :param tops: where the reach begins; None when it is everything
        """
        tree = cls(creates=creates, top=None, may_make_tops=tops is None)
        for row in known.sort(pl.col("path").str.count_matches("/")).iter_rows(named=True):
            parent = tree.nodes.get(row["parent_id"])
            tree.add(Node(row["id"], parent, row["code"], row["name"], row["is_patch"]))
        inside = [tree.nodes[top] for top in tops or () if top in tree.nodes]
        tree.top = inside[0] if len(inside) == 1 else None
        return tree

    def add(self, node: Node) -> Node:
        """Put a node in."""
        self.nodes[node.id] = node
        self.by_key.setdefault(name_key(node.name), []).append(node)
        self.by_code[node.code.upper()] = node
        return node

    def made(self) -> list[Node]:
        """Return what is to be made, parents first."""
        return [node for node in self.nodes.values() if node.id < 0]

    def make(self, parent: Node | None, code: str, name: str, *, is_patch: bool) -> Node:
        """Add a territory to be made, or return the one that has this code."""
        known = self.by_code.get(code.upper())
        if known is not None:
            return known
        return self.add(Node(-len(self.nodes) - 1, parent, code, name[:80], is_patch))

    def place(self, names: Iterable[str | None]) -> Node | None:
        """Find the territory that names from the top down lead to; make what is missing if that may be."""
        at: Node | None = None
        for name in _steps(names):
            if at is not None and name_key(name) == name_key(at.name):
                continue
            found = self._below(at, name)
            if found is None:
                found = self._make_place(at, name)
            if found is None:
                return None
            at = found
        return at

    def _make_place(self, at: Node | None, name: str) -> Node | None:
        parent = at or self.top
        if not self.creates or (parent is None and not self.may_make_tops):
            return None
        trail = [node.name for node in parent.line()] if parent else []
        return self.make(parent, short_code("/".join([*trail, name])), name, is_patch=False)

    def _below(self, at: Node | None, name: str) -> Node | None:
        """Return the highest territory of a name below ``at``, not looking into reps' patches."""
        found = [
            (len(line), node)
            for node in self.by_key.get(name_key(name), ())
            if not node.is_patch or node.name == name
            for line in [node.line()]
            if at is None or at in line[:-1]
        ]
        return min(found, key=lambda pair: pair[0])[1] if found else None


def _steps(names: Iterable[str | None]) -> list[str]:
    """Return the names that say something, ``浙江省杭州市`` in two."""
    steps: list[str] = []
    for name in names:
        two = _TWO_IN_ONE.match(name or "")
        steps += [part for part in (two.groups() if two else [name]) if part]
    return steps


def short_code(text: str) -> str:
    """Return a code of at most 40 characters, the same for the same text."""
    if len(text) <= _LONGEST_CODE:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: _LONGEST_CODE - 9]}~{digest}"


def common(nodes: Iterable[Node | None]) -> Node | None:
    """Return the lowest territory that all have in common."""
    shared: list[Node] | None = None
    for node in nodes:
        line = node.line() if node else []
        shared = (
            line
            if shared is None
            else [a for a, b in zip(shared, line, strict=False) if a.id == b.id]
        )
    return shared[-1] if shared else None
