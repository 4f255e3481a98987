"""Corp tags of customers. Source: pages 92117 (tags), 92118 (marking), 90313 (40126: at most 3000)."""

from typing import Annotated, Any

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.records import Tag, TagGroup
from qunlian.sandboxes.wecom.requests import Body, Text, UserId, at_most

MOST_TAGS = 3000
Name = Annotated[Text, at_most(30)]


class ListTags(Body):
    tag_id: list[str] = []
    group_id: list[str] = []


class NewTag(Body):
    name: Name
    order: int = 0


class AddTags(Body):
    group_id: str | None = None
    group_name: Annotated[str, at_most(30)] | None = None
    order: int = 0
    tag: list[NewTag]
    agentid: int | None = None


class EditTag(Body):
    id: Text
    name: Name | None = None
    order: int | None = None
    agentid: int | None = None


class DeleteTags(Body):
    tag_id: list[str] = []
    group_id: list[str] = []
    agentid: int | None = None


class MarkTags(Body):
    userid: UserId
    external_userid: Text
    add_tag: list[str] = []
    remove_tag: list[str] = []


def _tag(tag: Tag) -> dict[str, Any]:
    return {
        "id": tag.id,
        "name": tag.name,
        "create_time": int(tag.created_at),
        "order": tag.order,
        "deleted": False,
    }


def _told(group: TagGroup, only: set[str] | None = None) -> dict[str, Any]:
    return {
        "group_id": group.id,
        "group_name": group.name,
        "create_time": int(group.created_at),
        "order": group.order,
        "deleted": False,
        "tag": [_tag(tag) for tag in group.tags.values() if only is None or tag.id in only],
    }


@call("externalcontact/get_corp_tag_list", ListTags)
def list_tags(caller: Caller, ask: ListTags) -> Answer:
    """List groups of tags; with both lists given, only the groups count (page 92117)."""
    groups = list(caller.corp.tag_groups.values())
    if ask.group_id:
        return {"tag_group": [_told(g) for g in groups if g.id in ask.group_id]}
    if ask.tag_id:
        wanted = set(ask.tag_id)
        return {"tag_group": [_told(g, wanted) for g in groups if wanted & set(g.tags)]}
    return {"tag_group": [_told(group) for group in groups]}


@call("externalcontact/add_corp_tag", AddTags)
def add_tags(caller: Caller, ask: AddTags) -> Answer:
    """Add tags to a group, made if it isn't there; names are unique in it (40071)."""
    corp = caller.corp
    if not ask.tag:
        raise Refused(40063, "tag")
    if sum(len(group.tags) for group in corp.tag_groups.values()) + len(ask.tag) > MOST_TAGS:
        raise Refused(40126)
    group = _group_for(caller, ask)
    names = [tag.name for tag in group.tags.values()] + [new.name for new in ask.tag]
    if len(names) != len(set(names)):
        raise Refused(40071)
    corp.tag_groups[group.id] = group
    added = [Tag(caller.world.new_id("et"), n.name, n.order, caller.now) for n in ask.tag]
    group.tags |= {tag.id: tag for tag in added}
    return {"tag_group": _told(group, {tag.id for tag in added})}


def _group_for(caller: Caller, ask: AddTags) -> TagGroup:
    groups = caller.corp.tag_groups
    if ask.group_id:
        if ask.group_id not in groups:
            raise Refused(40068, ask.group_id)
        return groups[ask.group_id]
    if not ask.group_name:
        raise Refused(40063, "group_name")
    known = next((group for group in groups.values() if group.name == ask.group_name), None)
    if known:
        return known
    return TagGroup(caller.world.new_id("et"), ask.group_name, ask.order, caller.now)


@call("externalcontact/edit_corp_tag", EditTag)
def edit_tag(caller: Caller, ask: EditTag) -> Answer:
    """Rename or move a tag or a group of tags."""
    groups = caller.corp.tag_groups
    home = next((group for group in groups.values() if ask.id in group.tags), None)
    found: Tag | TagGroup | None = home.tags[ask.id] if home else groups.get(ask.id)
    if found is None:
        raise Refused(40068, ask.id)
    siblings: list[Tag | TagGroup] = [*(home.tags if home else groups).values()]
    if ask.name and any(one is not found and one.name == ask.name for one in siblings):
        raise Refused(40071)
    found.name = ask.name or found.name
    found.order = found.order if ask.order is None else ask.order
    return {}


@call("externalcontact/del_corp_tag", DeleteTags)
def delete_tags(caller: Caller, ask: DeleteTags) -> Answer:
    """Delete tags and groups; a group without tags goes as well (page 92117)."""
    groups = caller.corp.tag_groups
    if not ask.tag_id and not ask.group_id:
        raise Refused(40063, "tag_id and group_id")
    known = {tag_id for group in groups.values() for tag_id in group.tags}
    if not set(ask.tag_id) <= known or not set(ask.group_id) <= set(groups):
        raise Refused(40068)
    gone = set(ask.tag_id) | {tag_id for g in ask.group_id for tag_id in groups[g].tags}
    for group in list(groups.values()):
        group.tags = {tag_id: tag for tag_id, tag in group.tags.items() if tag_id not in gone}
        if not group.tags:
            del groups[group.id]
    for relation in (one for known in caller.corp.relations.values() for one in known.values()):
        relation.tag_ids = [tag_id for tag_id in relation.tag_ids if tag_id not in gone]
    return {}


@call("externalcontact/mark_tag", MarkTags)
def mark_tags(caller: Caller, ask: MarkTags) -> Answer:
    """Mark a contact with tags (page 92118)."""
    if not ask.add_tag and not ask.remove_tag:
        raise Refused(40063, "add_tag and remove_tag")
    relation = caller.relation(ask.userid, ask.external_userid)
    known = {tag_id for group in caller.corp.tag_groups.values() for tag_id in group.tags}
    if not {*ask.add_tag, *ask.remove_tag} <= known:
        raise Refused(40068)
    kept = [tag_id for tag_id in relation.tag_ids if tag_id not in ask.remove_tag]
    relation.tag_ids = list(dict.fromkeys([*kept, *ask.add_tag]))
    return {}
