"""All there is in the sandbox's world: companies, tokens, the clock. It survives as one JSON file."""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qunlian.sandboxes.wecom.records import (
    ROOT_DEPARTMENT,
    App,
    AppChat,
    Archived,
    Customer,
    Department,
    Group,
    InterceptRule,
    JoinWay,
    MassMessage,
    Media,
    Relation,
    Robot,
    Staff,
    TagGroup,
    Transfer,
    Welcome,
    WelcomeTemplate,
)
from qunlian.sandboxes.wecom.settings import Settings
from qunlian.sandboxes.wecom.weather import Weather


@dataclass
class Corp:
    """A company with everything in it."""

    corp_id: str
    name: str
    apps: dict[str, App] = field(default_factory=dict)
    departments: dict[int, Department] = field(
        default_factory=lambda: {ROOT_DEPARTMENT: Department(ROOT_DEPARTMENT, "总部")}
    )
    staff: dict[str, Staff] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    #: by staff member, then by customer
    relations: dict[str, dict[str, Relation]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    tag_groups: dict[str, TagGroup] = field(default_factory=dict)
    join_ways: dict[str, JoinWay] = field(default_factory=dict)
    welcome_templates: dict[str, WelcomeTemplate] = field(default_factory=dict)
    welcomes: dict[str, Welcome] = field(default_factory=dict)
    mass_messages: dict[str, MassMessage] = field(default_factory=dict)
    transfers: list[Transfer] = field(default_factory=list)
    intercept_rules: dict[str, InterceptRule] = field(default_factory=dict)
    app_chats: dict[str, AppChat] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    archived: list[Archived] = field(default_factory=list)
    #: public keys (PEM) by version; the newest seals
    archive_keys: dict[int, str] = field(default_factory=dict)
    #: files of archived messages (base64) by sdkfileid
    archive_files: dict[str, str] = field(default_factory=dict)
    #: events that have still to be sent on their way
    outbox: list[dict[str, Any]] = field(default_factory=list)

    def relation(self, userid: str, external_userid: str) -> Relation | None:
        """Return the two as contacts, also when one has deleted the other."""
        return self.relations.get(userid, {}).get(external_userid)

    def relate(self, relation: Relation) -> None:
        """Make two people contacts."""
        self.relations.setdefault(relation.userid, {})[relation.external_userid] = relation

    def followers(self, external_userid: str) -> Iterator[Relation]:
        """Yield who of the staff has the customer as a contact."""
        for userid in self.staff:
            found = self.relation(userid, external_userid)
            if found and found.ended_by != "staff":
                yield found

    def contacts(self, userid: str) -> list[Relation]:
        """Return a staff member's customers, oldest first; who was deleted by him is none."""
        known = self.relations.get(userid, {}).values()
        return [found for found in known if found.ended_by != "staff"]

    def app(self, agent_id: int) -> App | None:
        """Find an app by its agent id."""
        return next((a for a in self.apps.values() if a.agent_id == agent_id), None)

    def branch(self, department_id: int) -> set[int]:
        """Return a department and all above it."""
        found: set[int] = set()
        while department_id in self.departments and department_id not in found:
            found.add(department_id)
            department_id = self.departments[department_id].parent_id
        return found

    def sees(self, app: App, userid: str) -> bool:
        """Say whether a staff member, present or gone, lies in an app's visible range."""
        if userid in app.visible_userids:
            return True
        member = self.staff.get(userid)
        if member is None:
            return False
        above = {found for one in member.departments for found in self.branch(one)}
        return not above.isdisjoint(app.visible_departments)


@dataclass
class Token:
    """An access token of a (corp, app); ``revoked`` is 40014, ``expires_at`` passed is 42001."""

    value: str
    corp_id: str
    agent_id: int
    expires_at: float
    is_revoked: bool = False


@dataclass
class Code:
    """A log-in code: used once, within five minutes. Source: page 90313, 40029."""

    corp_id: str
    agent_id: int
    person: str
    is_private: bool
    created_at: float
    is_used: bool = False


@dataclass
class World:
    """Everything that ``--state`` keeps."""

    seed: int = 1
    corps: dict[str, Corp] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    clock_offset: float = 0.0
    settings: Settings = field(default_factory=Settings)
    weather: Weather = field(default_factory=Weather)

    def now(self) -> float:
        """Tell the sandbox's time, which ``/_sandbox/clock`` may put forward."""
        return time.time() + self.clock_offset

    def count(self, what: str, by: int = 1) -> int:
        """Count something that happened; return how often by now."""
        self.counters[what] = self.counters.get(what, 0) + by
        return self.counters[what]

    def new_id(self, prefix: str, length: int = 32) -> str:
        """Make the next id of a kind: the same one again for the same seed and story."""
        number = self.count(f"ids of {prefix}")
        digest = hashlib.sha512(f"{self.seed}:{prefix}:{number}".encode()).digest()
        text = urlsafe_b64encode(digest * (length // 64 + 1)).decode().replace("=", "")
        return prefix + text[: length - len(prefix)]
