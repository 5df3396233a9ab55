"""The guard of the suite: nothing but loopback is connected to, or looked up."""

import ipaddress
import socket


class NetworkForbidden(RuntimeError):
    """A test tried to reach something that is not this machine."""


def is_loopback(address: object) -> bool:
    """Whether an address is of this machine: a path, ``localhost``, 127.0.0.0/8 or ::1."""
    if not isinstance(address, tuple):
        return isinstance(address, (str, bytes))  # a socket of the file system
    return host_is_loopback(address[0])


def host_is_loopback(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def guard(patch) -> None:
    """Patch ``socket`` with the monkeypatch given, so that all else raises `NetworkForbidden`."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, lookup = socket.socket.sendto, socket.getaddrinfo

    def allowed(address: object) -> None:
        if not is_loopback(address):
            raise NetworkForbidden(f"a connection to {address!r}; tests marked install may")

    def guarded_connect(self, address):
        allowed(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        allowed(address)
        return connect_ex(self, address)

    def guarded_sendto(self, data, *rest):
        allowed(rest[-1])
        return sendto(self, data, *rest)

    def guarded_lookup(host, *rest, **options):
        if not host_is_loopback(host):
            raise NetworkForbidden(f"a look-up of {host!r}; tests marked install may")
        return lookup(host, *rest, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket.socket, "sendto", guarded_sendto)
    patch.setattr(socket, "getaddrinfo", guarded_lookup)
