"""A company on the sandbox whose groups are archived, and a small library that stands in for WeCom's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.test import override_settings

from qunlian.channel.models import Handle
from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.messaging import jobs
from qunlian.messaging.models import Message
from qunlian.platforms.wecom.accounts import Setup, configure
from qunlian.sandboxes.wecom import Sandbox, start
from tests.cast_words import NOON, Cast
from tests.platforms.wecom.test_tasks import group_there

SOURCE = Path(__file__).with_name("finance.c")


@cache
def key_pair(version: int) -> tuple[str, str]:
    """Return a private and a public key of the archive, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def compiled(folder: Path) -> Path:
    """Compile the library; where there is no compiler its tests are left out."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    made = folder / "finance.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE)]
    subprocess.run(command, check=True, capture_output=True)
    return made


@dataclass
class Company:
    """Rong's group on the sandbox and here; who sits in it, and what opens its archive."""

    sandbox: Sandbox
    brand: int
    library: Path
    room: str
    group_id: int
    customer: str

    def say(self, text: str, by: str = "rong") -> str:
        told = self.sandbox.post("people/say", chat_id=self.room, member=by, text=text)
        return str(told["msgid"])

    def show(self, kind: str, by: str = "rong", **fields: Any) -> None:
        self.sandbox.post("people/show", chat_id=self.room, member=by, kind=kind, **fields)

    def archive(self, **fields: Any) -> str:
        return str(self.sandbox.post("archive", userids=["rong"], **fields)["secret"])

    def enter(self, secret: str = "", keys: Sequence[int] = ()) -> None:
        """Enter the archive's secret and private keys, as headquarters would."""
        setup = Setup(
            corp_id=self.sandbox.corp_id,
            agent_id=self.sandbox.agent_id,
            base_url=self.sandbox.url,
            archive_secret=secret,
            archive_keys={version: key_pair(version)[0] for version in keys},
        )
        configure(actor=system_actor(self.brand), setup=setup, now=NOON)

    def read(self) -> None:
        jobs.read_archive(enterprise_id=self.brand, platform="wecom")

    def messages(self) -> list[Message]:
        with scope.reading(system_actor(self.brand)):
            return list(Message.objects.filter(group_id=self.group_id).order_by("seq"))

    def texts(self) -> list[str]:
        return [str(one.body.get("text", "")) for one in self.messages()]


@contextmanager
def company(cast: Cast, folder: Path) -> Iterator[Company]:
    """Open the company; what is written from now on is archived."""
    library, sandbox, brand = compiled(folder), start(seed=5), cast.ids["brand"]
    os.environ["QUNLIAN_SANDBOX_PORT"] = sandbox.url.rpartition(":")[2]
    try:
        setup = Setup(
            corp_id=sandbox.corp_id,
            agent_id=sandbox.agent_id,
            secret=sandbox.secret,
            base_url=sandbox.url,
            settings={"back_off_seconds": 0.01},
        )
        configure(actor=system_actor(brand), setup=setup, now=NOON)
        sandbox.post("people/hire", userid="rong", name="荣业务")
        customer = sandbox.post("people/new_customer", name="甲店")["external_userid"]
        room = sandbox.post("people/make_group", userid="rong", name="东街群", members=[customer])[
            "chat_id"
        ]
        there = Company(sandbox, brand, library, room, group_there(cast, "东街群", room), customer)
        known = {"rong": (cast.rong.person_id, True), customer: (cast.oyang.person_id, False)}
        with scope.writing(system_actor(brand)):
            for key, (person_id, is_staff) in known.items():
                Handle.objects.create(
                    enterprise_id=brand,
                    platform="wecom",
                    key=key,
                    is_staff=is_staff,
                    person_id=person_id,
                    met_at=NOON,
                )
        there.enter(there.archive(public_keys={1: key_pair(1)[1]}), keys=[1])
        with override_settings(WECOM_ARCHIVE_LIBRARY=str(library)):
            yield there
    finally:
        os.environ.pop("QUNLIAN_SANDBOX_PORT")
        sandbox.stop()
