"""Departments (pages 90208, 95351) and staff (pages 90196, 90200, 90201, 96067)."""

from typing import Annotated, Any

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.paging import page
from qunlian.sandboxes.wecom.records import Department, Staff
from qunlian.sandboxes.wecom.requests import Body, Cursor, Query, Text, rows_up_to


class WhichDepartment(Query):
    id: int | None = None


class OneDepartment(Query):
    id: int


class DepartmentMembers(Query):
    department_id: int
    fetch_child: int = 0


class OneMember(Query):
    userid: Text


class MemberIds(Body):
    cursor: Cursor = None
    limit: Annotated[int, rows_up_to(10_000, 10_000, beyond="refused")] = 10_000


def _seen(caller: Caller) -> list[Staff]:
    staff = caller.corp.staff.values()
    return [one for one in staff if one.is_here and caller.corp.sees(caller.app, one.userid)]


def _departments(caller: Caller, top: int | None) -> list[Department]:
    corp, range_ = caller.corp, set(caller.app.visible_departments)
    if top is not None and top not in corp.departments:
        raise Refused(60003, f"department {top}")
    return [
        one
        for one in corp.departments.values()
        if range_ & corp.branch(one.id) and (top is None or top in corp.branch(one.id))
    ]


@call("department/list", WhichDepartment)
def list_departments(caller: Caller, ask: WhichDepartment) -> Answer:
    return {
        "department": [
            {"id": one.id, "name": one.name, "parentid": one.parent_id, "order": one.id}
            for one in _departments(caller, ask.id)
        ]
    }


@call("department/get", OneDepartment)
def get_department(caller: Caller, ask: OneDepartment) -> Answer:
    """Get one department of the app's range; 60003 unknown, 60011 out of it (page 95351)."""
    for one in _departments(caller, ask.id):
        if one.id == ask.id:
            card = {"id": one.id, "name": one.name, "parentid": one.parent_id, "order": one.id}
            return {"department": card}
    raise Refused(60011, f"department {ask.id}")


@call("department/simplelist", WhichDepartment)
def list_department_ids(caller: Caller, ask: WhichDepartment) -> Answer:
    found = _departments(caller, ask.id)
    return {"department_id": [{"id": d.id, "parentid": d.parent_id, "order": d.id} for d in found]}


def _card(one: Staff) -> dict[str, Any]:
    """Show a member without phone or mail: apps made after 2022-06-20 don't get them (page 90196)."""
    return {
        "userid": one.userid,
        "name": one.name,
        "department": one.departments,
        "position": one.position,
        "status": one.status,
        "isleader": 0,
        "enable": 1,
    }


@call("user/get", OneMember)
def get_member(caller: Caller, ask: OneMember) -> Answer:
    return _card(caller.member(ask.userid))


def _members(caller: Caller, ask: DepartmentMembers) -> list[Staff]:
    if ask.department_id not in caller.corp.departments:
        raise Refused(60003, f"department {ask.department_id}")
    if not caller.corp.branch(ask.department_id) & set(caller.app.visible_departments):
        raise Refused(60011, f"department {ask.department_id}")
    return [
        one
        for one in _seen(caller)
        if any(
            ask.department_id in (caller.corp.branch(d) if ask.fetch_child else {d})
            for d in one.departments
        )
    ]


@call("user/simplelist", DepartmentMembers)
def list_members_briefly(caller: Caller, ask: DepartmentMembers) -> Answer:
    return {
        "userlist": [
            {"userid": one.userid, "name": one.name, "department": one.departments}
            for one in _members(caller, ask)
        ]
    }


@call("user/list", DepartmentMembers)
def list_members(caller: Caller, ask: DepartmentMembers) -> Answer:
    return {"userlist": [_card(one) for one in _members(caller, ask)]}


@call("user/list_id", MemberIds)
def list_member_ids(caller: Caller, ask: MemberIds) -> Answer:
    rows, behind = page(
        _seen(caller), ask.cursor, ask.limit, key=lambda one: one.userid, is_odd=caller.is_page_odd
    )
    found = [{"userid": one.userid, "department": d} for one in rows for d in one.departments]
    return {"dept_user": found, "next_cursor": behind}
