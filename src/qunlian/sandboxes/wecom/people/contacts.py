"""Staff and customers as contacts: added, remarked, talked to, deleted, moved to a colleague."""

from qunlian.sandboxes.wecom.people.acts import Deed, Impossible, Scene, Told, act
from qunlian.sandboxes.wecom.records import Customer, Relation, Welcome

WAITING, REFUSED = 2, 3


class NewCustomer(Deed):
    name: str
    has_unionid: bool = True
    gender: int = 0


class Pair(Deed):
    userid: str
    external_userid: str


class AddContact(Pair):
    state: str = ""
    add_way: int = 1
    remark: str = ""


class RemarkContact(Pair):
    remark: str = ""
    remark_mobiles: list[str] = []
    description: str = ""


class CustomerName(Deed):
    external_userid: str
    name: str


class OneCustomer(Deed):
    external_userid: str


def made_customer(
    scene: Scene, name: str, *, has_unionid: bool = True, gender: int = 0
) -> Customer:
    """Let a person turn up whom no one of the staff knows yet."""
    made = Customer(scene.world.new_id("wm"), name, gender=gender)
    made.openid = scene.world.new_id("o", 28)
    made.unionid = scene.world.new_id("oU", 28) if has_unionid else ""
    scene.corp.customers[made.external_userid] = made
    return made


@act(NewCustomer)
def new_customer(scene: Scene, deed: NewCustomer) -> Told:
    made = made_customer(scene, deed.name, has_unionid=deed.has_unionid, gender=deed.gender)
    return {"external_userid": made.external_userid}


def _tell(scene: Scene, change: str, deed: Pair, **fields: str) -> None:
    """Tell of a contact. Source: page 92130, events of customers."""
    pair = {"UserID": deed.userid, "ExternalUserID": deed.external_userid}
    scene.tell("change_external_contact", change, **pair, **fields)


@act(AddContact)
def add_contact(scene: Scene, deed: AddContact) -> Told:
    """Become contacts; the event brings a welcome code that is good for 20 seconds."""
    if not scene.staff(deed.userid).has_customer_contact:
        raise Impossible(f"{deed.userid} has no customer contact")
    scene.customer(deed.external_userid)
    known = scene.corp.relation(deed.userid, deed.external_userid)
    if known and not known.ended_by:
        raise Impossible("they are contacts already")
    relation = Relation(
        deed.userid, deed.external_userid, scene.now, remark=deed.remark, state=deed.state
    )
    relation.add_way = deed.add_way
    scene.corp.relate(relation)
    code = scene.world.new_id("welcome", 43)
    scene.corp.welcomes[code] = Welcome(deed.userid, deed.external_userid, scene.now)
    state = {"State": deed.state} if deed.state else {}
    _tell(scene, "add_external_contact", deed, **state, WelcomeCode=code)
    return {"welcome_code": code}


@act(RemarkContact)
def remark_contact(scene: Scene, deed: RemarkContact) -> Told:
    relation = scene.contact(deed.userid, deed.external_userid)
    relation.remark, relation.remark_mobiles = deed.remark, deed.remark_mobiles
    relation.description = deed.description
    _tell(scene, "edit_external_contact", deed)
    return {}


@act(Pair)
def talk(scene: Scene, deed: Pair) -> Told:
    """Write to each other; after that a welcome message is refused."""
    scene.contact(deed.userid, deed.external_userid).chatted_at = scene.now
    return {}


@act(Pair)
def delete_customer(scene: Scene, deed: Pair) -> Told:
    """A staff member deletes a customer."""
    scene.contact(deed.userid, deed.external_userid).ended_by = "staff"
    _tell(scene, "del_external_contact", deed)
    return {}


@act(Pair)
def delete_staff(scene: Scene, deed: Pair) -> Told:
    """A customer deletes a staff member, who can still be asked about."""
    scene.contact(deed.userid, deed.external_userid).ended_by = "customer"
    _tell(scene, "del_follow_user", deed)
    return {}


@act(CustomerName)
def rename_customer(scene: Scene, deed: CustomerName) -> Told:
    """Choose another nickname; no event tells it."""
    scene.customer(deed.external_userid).name = deed.name
    return {}


@act(OneCustomer)
def refuse_transfer(scene: Scene, deed: OneCustomer) -> Told:
    """Stay with nobody rather than with a colleague; page 92130, transfer_fail."""
    waiting = [
        one
        for one in scene.corp.transfers
        if one.external_userid == deed.external_userid and one.status == WAITING
    ]
    if not waiting:
        raise Impossible("nobody wants to take him over")
    for one in waiting:
        one.status = REFUSED
        scene.tell(
            "change_external_contact",
            "transfer_fail",
            FailReason="customer_refused",
            UserID=one.takeover,
            ExternalUserID=one.external_userid,
        )
    return {}
