"""Ports and addresses of this machine."""

import http.client
import ipaddress
import socket

import psutil

_TRIES = 50
_VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "cni", "flannel")


def free_port(host: str, wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return the first port from ``wanted`` on that nobody listens at.

    :raises OSError: none of the next fifty is free
    """
    for port in range(wanted, wanted + _TRIES):
        if port not in taken and _is_free(host, port):
            return port
    message = f"no free port from {wanted} to {wanted + _TRIES - 1}"
    raise OSError(message)


def lan_address() -> str | None:
    """Return this machine's address in its local network, for a phone; None when it has none."""
    state = psutil.net_if_stats()
    for name, addresses in psutil.net_if_addrs().items():
        if name.startswith(_VIRTUAL) or not state[name].isup:
            continue
        for address in addresses:
            if address.family == socket.AF_INET and _is_private(address.address):
                return str(address.address)
    return None


def answers(port: int, path: str) -> bool:
    """Tell whether a page of this machine answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _is_private(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_private and not address.is_loopback and not address.is_link_local
