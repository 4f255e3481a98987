"""
Phones to look at and tap: ``/_sandbox/`` lists them, one page per person shows his.

Everything tapped here is an act of ``people``, so that a page can do what the control API can.
"""

import io
from typing import get_origin

import segno
from aiohttp import web

from qunlian.sandboxes.wecom import pages, people
from qunlian.sandboxes.wecom.callbacks import Courier
from qunlian.sandboxes.wecom.calls.groups import settle, status
from qunlian.sandboxes.wecom.company import MadeUp, make_up
from qunlian.sandboxes.wecom.people.acts import ACTS, Impossible, Scene
from qunlian.sandboxes.wecom.people.mass import waiting
from qunlian.sandboxes.wecom.records import Group
from qunlian.sandboxes.wecom.state import Corp, World

HOME = "/_sandbox/"
MOST_SHOWN = 60
LAST_POSTS = 3
STATUS = {0: "正常", 1: "群主已离职", 2: "继承中", 3: "已继承"}


class Phones:
    """The pages of one company, the first."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier

    @property
    def _corp(self) -> Corp:
        return next(iter(self._world.corps.values()))

    def _scene(self) -> Scene:
        return Scene(self._world, self._corp, self._world.now())

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Show the staff and customers found, and the codes one could scan."""
        corp, wanted = self._corp, request.query.get("q", "")
        staff = [
            pages.card(
                member.name,
                pages.link(member.userid, f"{HOME}phones/staff/{member.userid}"),
                pages.quiet("" if member.is_here else "已离职"),
            )
            for member in corp.staff.values()
            if wanted in member.name or wanted in member.userid
        ]
        customers = [
            pages.link(c.name, f"{HOME}phones/customers/{c.external_userid}") + "<br>"
            for c in corp.customers.values()
            if wanted in c.name
        ]
        codes = [
            pages.link(f"{way.remark or way.state or way.config_id}", f"{HOME}scan/{way.config_id}")
            + "<br>"
            for way in corp.join_ways.values()
        ]
        back = {"back": HOME}
        drawn = (
            pages.phone(
                f"员工（{len(corp.staff)}）",
                pages.form(f"{HOME}phones/hire", "入职", back, userid="userid", name="姓名"),
                *staff[:MOST_SHOWN],
            ),
            pages.phone(
                f"客户（{len(corp.customers)}）",
                pages.form(f"{HOME}phones/new_customer", "新客户", back, name="昵称") + "<br>",
                *customers[:MOST_SHOWN],
            ),
            pages.phone("入群码", *codes),
        )
        fill = pages.form(
            f"{HOME}fill", "填充一家公司", {}, groups="群数 20", customers_per_group="每群人数 20"
        )
        field = '<input name="q" placeholder="姓名或昵称" aria-label="姓名或昵称">'
        find = f"<form>{field}<button>查找</button></form>"
        parts = [find if corp.staff else fill, pages.phones(drawn)]
        return pages.page(corp.name, *parts, told=request.query.get("told", ""))

    async def fill(self, request: web.Request) -> web.StreamResponse:
        """Make a company up, by its sizes."""
        asked = {name: str(value) for name, value in (await request.post()).items() if value}
        try:
            told = make_up(self._world, self._corp, MadeUp.model_validate(asked))
            text = f"好了：{len(told['groups'])} 个群，{told['customers']} 个客户"
        except ValueError as trouble:
            text = f"不行：{trouble}"
        raise web.HTTPSeeOther(request.url.with_path(HOME).with_query(told=text))

    async def staff(self, request: web.Request) -> web.StreamResponse:
        """Show a staff member's phone: what waits to be confirmed, his groups, his notices."""
        scene, userid = self._scene(), request.match_info["person"]
        member = scene.corp.staff.get(userid)
        if member is None:
            raise web.HTTPNotFound
        back = f"{HOME}phones/staff/{userid}"
        tasks = [
            pages.card(
                "群发助手：请确认发送",
                pages.quiet(
                    f"{len(one.targets[userid])} 个对象" + (" · 已提醒" if one.reminded_at else "")
                ),
                pages.quiet(one.text[:120]),
                self._button("confirm_mass", "确认发送", back, userid=userid, msgid=one.msgid),
                self._button("ignore_mass", "以后再说", back, userid=userid, msgid=one.msgid),
            )
            for one in waiting(scene, userid)
            if userid not in one.ignored_by
        ]
        groups = [
            self._group(group, userid, back)
            for group in scene.corp.groups.values()
            if group.dismissed_at is None and userid in group.seats
        ]
        notices = [pages.quiet(str(m.get("content", m["msgtype"]))) for m in member.messages[-5:]]
        new = pages.form(
            f"{HOME}phones/make_group", "建群", {"back": back, "userid": userid}, name="群名"
        )
        drawn = (
            pages.phone(f"{member.name} · 待确认（{len(tasks)}）", *tasks, *notices),
            pages.phone(f"群聊（{len(groups)}）", new, *groups),
            pages.phone("我", self._button("resign", "离职", back, userid=userid)),
        )
        told = request.query.get("told", "")
        return pages.page(f"{member.name} 的手机", self._way_home(), pages.phones(drawn), told=told)

    async def customer(self, request: web.Request) -> web.StreamResponse:
        """Show a customer's phone: his groups with their last messages, and codes to scan."""
        scene, person = self._scene(), request.match_info["person"]
        customer = scene.corp.customers.get(person)
        if customer is None:
            raise web.HTTPNotFound
        back = f"{HOME}phones/customers/{person}"
        groups = [
            self._group(group, person, back)
            for group in scene.corp.groups.values()
            if group.dismissed_at is None and person in group.seats
        ]
        codes = [
            self._button(
                "scan", f"扫码：{way.remark or way.config_id}", back,
                config_id=way.config_id, external_userid=person,
            )
            for way in scene.corp.join_ways.values()
        ]  # fmt: skip
        drawn = (
            pages.phone(f"{customer.name} · 群聊（{len(groups)}）", *groups),
            pages.phone("扫一扫", *codes),
        )
        told = request.query.get("told", "")
        return pages.page(
            f"{customer.name} 的手机", self._way_home(), pages.phones(drawn), told=told
        )

    def _name(self, person: str) -> str:
        known = self._corp.customers.get(person) or self._corp.staff.get(person)
        return known.name if known else person

    def _way_home(self) -> str:
        return pages.link("所有手机", HOME) + "<br>"

    def _button(self, deed: str, label: str, back: str, **fields: str) -> str:
        return pages.form(f"{HOME}phones/{deed}", label, {"back": back, **fields})

    def _group(self, group: Group, person: str, back: str) -> str:
        """Draw a group as somebody sees it; its owner can do more."""
        settle(group, self._world.now())
        posts = [
            pages.quiet(f"{self._name(post.sender)}：{post.text[:60] or '[图片或文件]'}")
            for post in group.posts[-LAST_POSTS:]
        ]
        chat = {"back": back, "chat_id": group.chat_id}
        mine = {**chat, "member": person}
        parts = [
            pages.quiet(f"{len(group.seats)} 人 · {STATUS[status(self._corp, group)]}"),
            *([pages.quiet(f"公告：{group.notice}")] if group.notice else []),
            *posts,
            pages.form(f"{HOME}phones/say", "发送", mine, text="说点什么"),
        ]
        if person == group.owner:
            seats = [f"{self._name(one)}（{one}）" for one in group.seats]
            tools = [
                pages.form(f"{HOME}phones/rename_group", "改名", chat, name="新群名"),
                pages.form(f"{HOME}phones/announce", "发公告", chat, notice="公告"),
                pages.form(
                    f"{HOME}phones/invite", "拉人", {**chat, "by": person}, members="成员编号"
                ),
                pages.form(f"{HOME}phones/remove_member", "移出", chat, member="成员编号"),
                pages.form(f"{HOME}phones/change_owner", "转让", chat, userid="新群主"),
                pages.form(f"{HOME}phones/dismiss_group", "解散", chat),
                pages.folded("入群欢迎语", *self._welcomes(group, chat)),
                *map(pages.quiet, seats),
            ]
            parts.append(pages.folded("管理", *tools))
        else:
            parts.append(pages.form(f"{HOME}phones/leave_group", "退群", mine))
        return pages.card(group.name, *parts)

    def _welcomes(self, group: Group, chat: dict[str, str]) -> list[str]:
        """Draw the company's list of welcomes, for the owner to choose one."""
        address, chosen = f"{HOME}phones/attach_welcome", group.welcome_template_id
        drawn = [
            pages.quiet(str((one.body.get("text") or {}).get("content", "[附件]")))
            + (
                pages.quiet("已选")
                if key == chosen
                else pages.form(address, "选用", {**chat, "template_id": key})
            )
            for key, one in self._corp.welcome_templates.items()
        ]
        none = pages.form(address, "不用欢迎语", {**chat, "template_id": ""})
        return [*drawn, *([none] if chosen else [])] or [pages.quiet("企业还没有入群欢迎语")]

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what was tapped and go back to the phone, with what came of it."""
        fields = {name: str(value) for name, value in (await request.post()).items()}
        back = fields.pop("back", HOME)
        back = back if back.startswith(HOME) else HOME
        name = request.match_info["act"]
        try:
            told = people.perform(self._world, self._corp, name, _lists(name, fields))
            self._courier.set_out(self._corp)
            text = "好了" + (f"：{told}" if told else "")
        except Impossible as trouble:
            text = f"不行：{trouble}"
        target = request.url.join(request.url.with_path(back.partition("?")[0]))
        raise web.HTTPSeeOther(target.with_query(told=text))

    async def scan(self, request: web.Request) -> web.StreamResponse:
        """Show what opens when a join way's code is scanned: who is it?"""
        config_id = request.match_info["config_id"]
        if config_id not in self._corp.join_ways:
            return pages.page("扫码入群", told="二维码已失效")
        asked = pages.form(f"{HOME}scan/{config_id}", "加入群聊", {}, name="我的昵称")
        return pages.page(
            "扫码入群", pages.phone("微信", asked), told=request.query.get("told", "")
        )

    async def joined(self, request: web.Request) -> web.StreamResponse:
        """Let a new person come in by a code, and show his phone."""
        name = str((await request.post()).get("name", "")) or "微信用户"
        config_id = request.match_info["config_id"]
        made = people.perform(self._world, self._corp, "new_customer", {"name": name})
        person = made["external_userid"]
        try:
            deed = {"config_id": config_id, "external_userid": person}
            people.perform(self._world, self._corp, "scan", deed)
            self._courier.set_out(self._corp)
        except Impossible as trouble:
            return pages.page("扫码入群", told=str(trouble))
        raise web.HTTPSeeOther(f"{HOME}phones/customers/{person}")

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """Draw a join way's code."""
        config_id = request.match_info["config_id"]
        if config_id not in self._corp.join_ways:
            raise web.HTTPNotFound
        drawn = io.BytesIO()
        address = f"{request.scheme}://{request.host}{HOME}scan/{config_id}"
        segno.make(address, error="m").save(drawn, kind="png", scale=8)
        return web.Response(body=drawn.getvalue(), content_type="image/png")


def _lists(name: str, fields: dict[str, str]) -> dict[str, object]:
    """Read what a form can only send as text: lists, split at blanks and commas."""
    if name not in ACTS:
        return dict(fields)
    known = ACTS[name].model.model_fields
    return {
        field: value.replace("，", " ").replace(",", " ").split()
        if field in known and get_origin(known[field].annotation) is list
        else value
        for field, value in fields.items()
    }


def add_routes(application: web.Application, world: World, courier: Courier) -> None:
    """Put the pages below ``/_sandbox/``, and the codes where the API says they are."""
    shown = Phones(world, courier)
    application.router.add_get(HOME, shown.home)
    application.router.add_post(f"{HOME}fill", shown.fill)
    application.router.add_get(f"{HOME}phones/staff/{{person}}", shown.staff)
    application.router.add_get(f"{HOME}phones/customers/{{person}}", shown.customer)
    application.router.add_post(f"{HOME}phones/{{act}}", shown.act)
    application.router.add_get(f"{HOME}scan/{{config_id}}", shown.scan)
    application.router.add_post(f"{HOME}scan/{{config_id}}", shown.joined)
    application.router.add_get("/wwqr/{config_id}.png", shown.picture)
