"""Who works for the company: hired, resigned, real-named, with customer contact. No event tells an app."""

from typing import Literal

from qunlian.sandboxes.wecom.people.acts import Deed, Impossible, Scene, Told, act
from qunlian.sandboxes.wecom.records import ROOT_DEPARTMENT, Department, Staff


class Hire(Deed):
    userid: str
    name: str
    departments: list[int] = [ROOT_DEPARTMENT]
    is_real_named: bool = True
    has_customer_contact: bool = True
    status: Literal[1, 2, 4] = 1


class Change(Deed):
    userid: str
    name: str | None = None
    departments: list[int] | None = None
    is_real_named: bool | None = None
    has_customer_contact: bool | None = None
    status: Literal[1, 2, 4] | None = None


class Resign(Deed):
    userid: str


class NewDepartment(Deed):
    name: str
    parent_id: int = ROOT_DEPARTMENT


@act(Hire)
def hire(scene: Scene, deed: Hire) -> Told:
    if deed.userid in scene.corp.staff:
        raise Impossible(f"{deed.userid} is taken")
    scene.corp.staff[deed.userid] = Staff(**deed.model_dump())
    return {}


@act(Change)
def change_staff(scene: Scene, deed: Change) -> Told:
    member = scene.staff(deed.userid)
    for name, value in deed.model_dump(exclude={"userid"}, exclude_none=True).items():
        setattr(member, name, value)
    return {}


@act(Resign)
def resign(scene: Scene, deed: Resign) -> Told:
    """Leave the company: groups and customers wait for somebody to inherit them."""
    scene.staff(deed.userid).left_at = scene.now
    return {}


@act(NewDepartment)
def new_department(scene: Scene, deed: NewDepartment) -> Told:
    number = max(scene.corp.departments) + 1
    scene.corp.departments[number] = Department(number, deed.name, deed.parent_id)
    return {"id": number}
