"""A port of loopback is handed out once, and is there for the server that was given it."""

import socket

from policy_credit_local.processes import free_port


def test_a_free_port_is_given_to_one_only() -> None:
    ports = [free_port() for _ in range(500)]
    assert len(set(ports)) == len(ports)
    socket.create_server(("127.0.0.1", ports[0])).close()
