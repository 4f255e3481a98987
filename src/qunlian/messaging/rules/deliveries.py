"""How a delivery is named towards its platform: ``b<broadcast>-g<group>``, the same on every try."""


def client_msg_id(broadcast_id: int, group_id: int) -> str:
    """Return the name of one broadcast's delivery to one group."""
    return f"b{broadcast_id}-g{group_id}"


def broadcast_of(client_msg_id: str) -> int | None:
    """Read the broadcast out of our own name of a delivery; anything else is not a broadcast."""
    head, dash, tail = client_msg_id.partition("-g")
    if dash and head[:1] == "b" and head[1:].isdigit() and tail.isdigit():
        return int(head[1:])
    return None
