from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qunlian.sandboxes.wecom import Sandbox, start
from tests.sandboxes.wecom.client import Bare


@pytest.fixture
def sandboxes() -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes of one's own; they stop with the test."""
    running: list[Sandbox] = []

    def begin(**options: Any) -> Sandbox:
        running.append(start(**options))
        return running[-1]

    yield begin
    for sandbox in running:
        sandbox.stop()


@pytest.fixture
def sandbox(sandboxes: Callable[..., Sandbox]) -> Sandbox:
    """A calm one with three of the staff (one without customer contact) and nobody else."""
    made = sandboxes()
    made.post("people/hire", userid="rep1", name="荣小明")
    made.post("people/hire", userid="rep2", name="华晓")
    made.post("people/hire", userid="clerk", name="文员", has_customer_contact=False)
    return made


@pytest.fixture
def bare(sandbox: Sandbox) -> Bare:
    return Bare(sandbox)


def customer(sandbox: Sandbox, name: str, *followers: str) -> str:
    made = sandbox.post("people/new_customer", name=name)["external_userid"]
    for userid in followers:
        sandbox.post("people/add_contact", userid=userid, external_userid=made)
    return made


def group(sandbox: Sandbox, owner: str, name: str, *members: str) -> str:
    return sandbox.post("people/make_group", userid=owner, name=name, members=members)["chat_id"]
