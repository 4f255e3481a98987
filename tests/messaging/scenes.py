"""Groups with people in them, for tests of what is said there."""

from dataclasses import dataclass

from qunlian.community.models import Group, Member
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from qunlian.messaging.models import Message
from qunlian.messaging.steps import Incoming, TakenIn, take_in
from qunlian.platforms.port import NewRoom
from qunlian.platforms.registry import platform
from tests.cast_words import NOON, Cast


@dataclass(frozen=True, slots=True)
class Scene:
    """Group ``a`` on patch A (Oyang, Rong as steward, Ma), group ``b`` on patch B (Song as steward)."""

    a: int
    b: int


def staff_person(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id


def group(
    cast: Cast, patch: str, *, steward: Actor, people: dict[Actor, str], name: str = "东街群"
) -> int:
    brand = system_actor(cast.ids["brand"])
    (room,) = platform("web").create_rooms(
        brand.enterprise_id, [NewRoom(client_key=f"{patch}-{name}", name=name)], now=NOON
    )
    with scope.writing(brand):
        row = Group.objects.create(
            enterprise_id=brand.enterprise_id,
            name=name,
            layer="store",
            territory_id=cast.ids[patch],
            platform="web",
            platform_key=room.key,
            life="live",
            seats_cap=500,
            seats_taken=len(people),
            owner_person_id=staff_person(cast.hua),
            steward_staff_id=steward.staff_id,
            created_at=NOON,
            changed_at=NOON,
        )
        for person, role in people.items():
            Member.objects.create(
                enterprise_id=brand.enterprise_id,
                group=row,
                person_id=person.person_id,
                role=role,
                source="test",
                joined_at=NOON,
            )
    return row.pk


def scene(cast: Cast) -> Scene:
    return Scene(
        a=group(
            cast,
            "PA",
            steward=cast.rong,
            people={cast.rong: "steward", cast.ma: "superior", cast.oyang: "member"},
        ),
        b=group(cast, "PB", steward=cast.song, people={cast.song: "steward"}, name="西街群"),
    )


def say(cast: Cast, group_id: int, *texts: str, by: Actor | None = None) -> tuple[TakenIn, ...]:
    brand = system_actor(cast.ids["brand"])
    with scope.writing(brand):
        return take_in(
            brand,
            group_id,
            [
                Incoming(
                    key=f"t:{text}",
                    kind="text",
                    body={"text": text},
                    posted_at=NOON,
                    sender_person_id=(by or cast.rong).person_id,
                )
                for text in texts
            ],
        )


def texts_of(cast: Cast, group_id: int) -> list[str]:
    with scope.reading(system_actor(cast.ids["brand"])):
        rows = Message.objects.filter(group_id=group_id).order_by("seq")
        return [str(row.body.get("text", row.kind)) for row in rows]


def compose(cast: Cast, **words: object) -> int:
    """A broadcast of headquarters to all store groups, as a draft."""
    from qunlian.messaging.actions.compose_broadcast import Composition, compose_broadcast

    given: dict[str, object] = {"title": "中秋政策", "text": "买十赠一，本周有效"} | words
    return compose_broadcast(
        actor=cast.hua,
        broadcast_id=None,
        composition=Composition(**given),  # type: ignore[arg-type]
        now=NOON,
    )


ASKED = {"question": "买几赠一？", "options": ("买十赠一", "买五赠一"), "right_option": 0}


def deliver(cast: Cast, broadcast_id: int) -> None:
    """Do what the worker does for a broadcast."""
    from qunlian.messaging import jobs

    jobs.deliver(cast.ids["brand"], broadcast_id)


def sent(cast: Cast, **words: object) -> int:
    """A broadcast that has gone out to both groups."""
    from qunlian.messaging.actions.send_broadcast import send_broadcast

    broadcast_id = compose(cast, **words)
    send_broadcast(actor=cast.hua, broadcast_id=broadcast_id, now=NOON)
    deliver(cast, broadcast_id)
    return broadcast_id
