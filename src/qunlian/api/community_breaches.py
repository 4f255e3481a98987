"""The API of rules: what follows when they are broken, breaches noted and lifted, appeals decided."""

from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from qunlian.api.asking import actor_of, page_size
from qunlian.community.actions.appeal_breach import appeal_breach
from qunlian.community.actions.decide_appeal import Decision, decide_appeal
from qunlian.community.actions.lift_breach import lift_breach
from qunlian.community.actions.note_breach import MessageSaid, Note, note_breach
from qunlian.community.actions.tell_packet import tell_packet
from qunlian.community.queries import breaches, ladder
from qunlian.community.rules.ladder import STEPS, WINDOW_DAYS, Ladder
from qunlian.kernel import clock
from qunlian.messaging.queries.messages import message_line

router = Router(tags=["community"])


class BreachOut(Schema):
    """
    A breach: whose, which rule, and the step that followed.

    ``state`` of the step: asked, unknown, with_person, done, not_given (no red packet), refused, expired or
    withdrawn. ``standing`` of the breach: stands, appealed, upheld, lifted or granted; the last two do not
    count. ``words`` are what the member is told.
    """

    breach_id: int
    group_id: int
    group: str
    person_id: int
    person: str
    rule: str
    words: str
    message_seq: int | None
    said: str
    step: str
    state: str
    standing: str
    noted_at: datetime
    due_at: datetime | None
    until_at: datetime | None
    ended_at: datetime | None
    told_given_at: datetime | None
    task_id: int | None
    lifted_at: datetime | None
    lifted_why: str
    appealed_at: datetime | None
    appeal: str
    decided_at: datetime | None
    decision: str
    is_mine: bool
    may_appeal: bool


class BreachList(Schema):
    """A page of breaches."""

    rows: list[BreachOut]
    next_key: str | None


class BreachQuery(Schema):
    """Where to go on, and for how many at once."""

    after: str = ""
    take: int = 100


class AheadQuery(Schema):
    """Whose next step; ``has_message`` when it was a message, which can be taken back."""

    person_id: int
    has_message: bool = False


class AheadOut(Schema):
    """What would follow: ``step`` null when nothing can be done; ``skipped`` as (step, why) pairs."""

    step: str | None
    way: str
    takes_message: bool
    skipped: list[tuple[str, str]]
    had: list[str]


class LadderBody(Schema):
    """Which steps follow, of remind, recall, packet, mute and remove; a breach counts for so many days."""

    steps: list[str] = list(STEPS)
    window_days: int = WINDOW_DAYS

    def as_ladder(self) -> Ladder:
        """Return it as the community knows it."""
        return Ladder(steps=tuple(self.steps), window_days=self.window_days)


class LadderStepOut(Schema):
    """A step and by which means its group's platform does it: api, person or none."""

    step: str
    way: str


class LadderOut(Schema):
    """What follows in a group; ``is_own``: its own ladder, else its layer's."""

    steps: list[LadderStepOut]
    window_days: int
    is_own: bool


class BreachIn(Schema):
    """
    Who broke which rule; with ``message_seq`` by that message, and then the person may be left out.

    ``words`` are what he is told, empty the usual ones. ``step``, when given, must be what follows.
    """

    rule: str
    person_id: int | None = None
    message_seq: int | None = None
    words: str = ""
    step: str = ""


class BreachNotedOut(Schema):
    """What follows, and by which means: api or person."""

    breach_id: int
    group_id: int
    step: str
    way: str


class LiftIn(Schema):
    """Why it is lifted; the member reads it."""

    why: str = ""


class UndoneOut(Schema):
    """Which breaches do not count any more: the one, and those that followed from it."""

    breach_id: int
    group_id: int
    breach_ids: list[int]


class DecisionIn(Schema):
    """What becomes of an appeal; a refusal needs words for the member."""

    is_granted: bool
    words: str = ""


class DecidedOut(UndoneOut):
    """The same, and whether the appeal was granted."""

    is_granted: bool


class AppealIn(Schema):
    """How the member sees it."""

    words: str


class BreachRef(Schema):
    """Which breach it was."""

    breach_id: int


class MyRulesOut(Schema):
    """What holds in a group that one sits in, and what follows for who breaks it."""

    group_id: int
    name: str
    theme: str
    rules: str
    steps: list[str]
    window_days: int


@router.get("/groups/{group_id}/ladder", response=LadderOut, operation_id="community_group_ladder")
def group_ladder(request: HttpRequest, group_id: int) -> object:
    """Return what follows in a group when its rules are broken."""
    found = ladder.group_ladder(actor_of(request), group_id)
    steps = [{"step": step, "way": way} for step, way, _note in found.steps]
    return {"steps": steps, "window_days": found.window_days, "is_own": found.is_own}


@router.get(
    "/groups/{group_id}/breaches", response=BreachList, operation_id="community_breaches_of_group"
)
def breaches_of_group(request: HttpRequest, group_id: int, wanted: Query[BreachQuery]) -> object:
    """Return one page of what was noted in a group that one looks after, the newest first."""
    return breaches.breaches_of_group(
        actor_of(request),
        group_id,
        now=clock.now(),
        after=wanted.after,
        limit=page_size(wanted.take),
    )


@router.get(
    "/groups/{group_id}/breaches/next", response=AheadOut, operation_id="community_next_step"
)
def next_step(request: HttpRequest, group_id: int, wanted: Query[AheadQuery]) -> object:
    """Return what would follow if a member broke a rule now."""
    return asdict(
        ladder.next_step(
            actor_of(request),
            group_id,
            wanted.person_id,
            has_message=wanted.has_message,
            now=clock.now(),
        )
    )


@router.post(
    "/groups/{group_id}/breaches", response=BreachNotedOut, operation_id="community_note_breach"
)
def note(request: HttpRequest, group_id: int, entry: BreachIn) -> object:
    """Note a breach; the next step of the group's ladder begins."""
    actor, said = actor_of(request), None
    if entry.message_seq is not None:
        line = message_line(actor, group_id, entry.message_seq)
        text = str(line.body.get("text") or line.body.get("title") or "")
        said = MessageSaid(seq=line.seq, person_id=line.sender_person_id, words=text)
    whose = entry.person_id or (said.person_id if said else None) or 0
    wanted = Note(
        group_id=group_id,
        person_id=whose,
        rule=entry.rule,
        message=said,
        words=entry.words,
        step=entry.step,
    )
    return note_breach(actor=actor, note=wanted, now=clock.now())


@router.get("/breaches/{breach_id}", response=BreachOut, operation_id="community_breach_card")
def breach_card(request: HttpRequest, breach_id: int) -> object:
    """Return one breach: one's own, or of a group that one looks after."""
    return breaches.breach_card(actor_of(request), breach_id, now=clock.now())


@router.post("/breaches/{breach_id}/lift", response=UndoneOut, operation_id="community_lift_breach")
def lift(request: HttpRequest, breach_id: int, entry: LiftIn) -> object:
    """Let a breach not count, and undo what can be undone."""
    return lift_breach(actor=actor_of(request), breach_id=breach_id, why=entry.why, now=clock.now())


@router.get("/appeals", response=BreachList, operation_id="community_list_appeals")
def list_appeals(request: HttpRequest, wanted: Query[BreachQuery]) -> object:
    """Return one page of the appeals that wait, the oldest first."""
    return breaches.list_appeals(
        actor_of(request), now=clock.now(), after=wanted.after, limit=page_size(wanted.take)
    )


@router.post(
    "/breaches/{breach_id}/decide", response=DecidedOut, operation_id="community_decide_appeal"
)
def decide(request: HttpRequest, breach_id: int, entry: DecisionIn) -> object:
    """Grant an appeal, or let the breach stay and say why."""
    decision = Decision(breach_id=breach_id, is_granted=entry.is_granted, words=entry.words)
    return decide_appeal(actor=actor_of(request), decision=decision, now=clock.now())


@router.get("/my-rules", response=list[MyRulesOut], operation_id="community_my_rules")
def my_rules(request: HttpRequest) -> list[ladder.MyRules]:
    """Return what holds in the groups that one sits in."""
    return list(ladder.my_rules(actor_of(request)))


@router.get("/my-breaches", response=list[BreachOut], operation_id="community_my_breaches")
def my_breaches(request: HttpRequest) -> list[breaches.BreachRow]:
    """Return what was noted of oneself, the newest first."""
    return list(breaches.my_breaches(actor_of(request), now=clock.now()))


@router.post(
    "/breaches/{breach_id}/appeal", response=BreachRef, operation_id="community_appeal_breach"
)
def appeal(request: HttpRequest, breach_id: int, entry: AppealIn) -> object:
    """Appeal against a breach of one's own, within seven days."""
    done = appeal_breach(
        actor=actor_of(request), breach_id=breach_id, words=entry.words, now=clock.now()
    )
    return {"breach_id": done}


@router.post(
    "/breaches/{breach_id}/packet", response=BreachRef, operation_id="community_tell_packet"
)
def packet(request: HttpRequest, breach_id: int) -> object:
    """Tell that one's red packet is in the group."""
    done = tell_packet(actor=actor_of(request), breach_id=breach_id, now=clock.now())
    return {"breach_id": done}
