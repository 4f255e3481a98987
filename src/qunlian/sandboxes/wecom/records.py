"""What the world is made of: apps, people, groups, messages, as plain dataclasses."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

DAY = 86_400
#: Source: page 90208: the root department has id 1
ROOT_DEPARTMENT = 1


@dataclass
class Callback:
    """Where an app's events go, and its two secrets. Source: page 90930."""

    url: str
    token: str
    aes_key: str


@dataclass
class App:
    """A self-built app: whom it sees, who may call it, what it may do."""

    agent_id: int
    name: str
    secret: str
    visible_departments: list[int] = field(default_factory=lambda: [ROOT_DEPARTMENT])
    visible_userids: list[str] = field(default_factory=list)
    trusted_ips: list[str] = field(default_factory=lambda: ["127.0.0.1", "::1"])
    #: where a log-in may lead back to; ``*`` is anywhere (the sandbox only), empty is nowhere
    trusted_domain: str = "*"
    #: named in 客户联系 → 可调用接口的应用
    is_callable_for_customers: bool = True
    callback: Callback | None = None
    is_closed: bool = False
    #: the conversation archive has a secret of its own, like an app, and its own list of members
    is_archive: bool = False
    archived_userids: list[str] = field(default_factory=list)
    is_licensed: bool = True


@dataclass
class Department:
    """One branch of the company's tree."""

    id: int
    name: str
    parent_id: int = 0


@dataclass
class Staff:
    """A member of the company (成员)."""

    userid: str
    name: str
    departments: list[int] = field(default_factory=lambda: [ROOT_DEPARTMENT])
    position: str = ""
    is_real_named: bool = True
    has_customer_contact: bool = True
    #: 1 active, 2 disabled, 4 not yet active. Source: page 90196
    status: int = 1
    left_at: float | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_here(self) -> bool:
        """Say whether he still works for the company."""
        return self.left_at is None


@dataclass
class Customer:
    """An external person (外部联系人): type 1 WeChat, 2 WeCom. Gender 0 unknown, 1 man, 2 woman."""

    external_userid: str
    name: str
    unionid: str = ""
    openid: str = ""
    gender: int = 0
    type: int = 1
    position: str = ""
    corp_name: str = ""


@dataclass
class Relation:
    """A staff member and a customer as contacts; ``ended_by`` says who deleted the other."""

    userid: str
    external_userid: str
    created_at: float
    remark: str = ""
    description: str = ""
    remark_company: str = ""
    remark_mobiles: list[str] = field(default_factory=list)
    tag_ids: list[str] = field(default_factory=list)
    add_way: int = 1
    state: str = ""
    ended_by: str = ""
    chatted_at: float = 0.0
    transfers: list[float] = field(default_factory=list)


@dataclass
class Seat:
    """A place in a customer group; scene 1 invited, 2 by link, 3 by QR code. Source: page 96338."""

    member: str
    is_staff: bool
    joined_at: float
    scene: int = 1
    state: str = ""
    invitor: str = ""
    nickname: str = ""


@dataclass
class Departure:
    """Somebody who sat in a group; scene 0 left, 1 removed."""

    member: str
    is_staff: bool
    joined_at: float
    left_at: float
    scene: int


@dataclass
class Post:
    """A message in a group or a chat."""

    sender: str
    at: float
    text: str
    attachments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Group:
    """A customer group (客户群). ``version`` counts the changes of its members."""

    chat_id: str
    name: str
    owner: str
    created_at: float
    notice: str = ""
    admins: list[str] = field(default_factory=list)
    seats: dict[str, Seat] = field(default_factory=dict)
    past: list[Departure] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    version: int = 1
    welcome_template_id: str = ""
    transfers: list[float] = field(default_factory=list)
    dismissed_at: float | None = None
    #: who inherits a leaver's group, and from when on
    heir: str = ""
    inherited_at: float = 0.0
    #: what reads still show after a change, and until when (asynchronous reads)
    shown: dict[str, Any] | None = None
    shown_until: float = 0.0

    def member_version(self, version: int | None = None) -> str:
        """Name a state of the members; opaque and without order, as the real one."""
        number = self.version if version is None else version
        return hashlib.md5(f"{self.chat_id}:{number}".encode(), usedforsecurity=False).hexdigest()


@dataclass
class Tag:
    """A corp tag of customers."""

    id: str
    name: str
    order: int
    created_at: float


@dataclass
class TagGroup:
    """Corp tags that belong together."""

    id: str
    name: str
    order: int
    created_at: float
    tags: dict[str, Tag] = field(default_factory=dict)


@dataclass
class JoinWay:
    """A door into up to five groups (入群方式). Source: page 92229."""

    config_id: str
    agent_id: int
    scene: int
    chat_ids: list[str]
    remark: str = ""
    auto_create_room: bool = True
    room_base_name: str = ""
    room_base_id: int = 1
    state: str = ""
    mark_source: bool = True


@dataclass
class WelcomeTemplate:
    """What greets newcomers of a group once its owner has attached it. Source: page 96357."""

    template_id: str
    agent_id: int
    body: dict[str, Any]


@dataclass
class MassMessage:
    """
    A message that waits for people to confirm it. Source: page 92135.

    ``targets`` are customers or groups by the staff member who is asked; ``sent_at`` who confirmed when,
    ``status`` what became of each target: 1 sent, 2 no longer reachable, 3 has had too many.
    """

    msgid: str
    agent_id: int
    chat_type: str
    created_at: float
    text: str
    attachments: list[dict[str, Any]]
    targets: dict[str, list[str]]
    sent_at: dict[str, float] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    ignored_by: list[str] = field(default_factory=list)
    reminded_at: list[float] = field(default_factory=list)
    cancelled_at: float | None = None


@dataclass
class Transfer:
    """A customer on the way to another staff member. Source: pages 94088, 94082."""

    handover: str
    takeover: str
    external_userid: str
    begun_at: float
    is_resigned: bool
    #: 1 done, 2 waiting, 3 refused, 4 the taker has too many
    status: int = 2


@dataclass
class InterceptRule:
    """Words that staff cannot send to customers. Source: page 95130 (2024-03-07)."""

    rule_id: str
    agent_id: int
    name: str
    words: list[str]
    semantics: list[int]
    intercept_type: int
    userids: list[str]
    departments: list[int]
    created_at: float


@dataclass
class AppChat:
    """An internal group that an app made. Source: page 90245."""

    chatid: str
    agent_id: int
    name: str
    owner: str
    members: list[str]
    posts: list[Post] = field(default_factory=list)


@dataclass
class Robot:
    """A group robot (消息推送) behind a key."""

    key: str
    name: str
    state: str = "works"
    posts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Media:
    """An uploaded file, kept for three days; its content only as size and digest. Source: page 90253."""

    media_id: str
    kind: str
    name: str
    size: int
    sha256: str
    created_at: float


@dataclass
class Welcome:
    """A welcome code of a new contact: used once, within seconds. Source: page 92137."""

    userid: str
    external_userid: str
    created_at: float
    is_used: bool = False
    body: dict[str, Any] | None = None


@dataclass
class Archived:
    """A message in the conversation archive, sealed as the vendor's library gets it. Source: page 91774."""

    seq: int
    msgid: str
    at: float
    sender: str
    chat_id: str
    key_version: int
    random_key: str
    chat_msg: str
