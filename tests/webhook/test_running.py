"""Where the receiver says that it listens."""

from __future__ import annotations

import io
import socket
import threading
from typing import cast

import pytest

from escalator_tui.agent.cycle import Agent
from escalator_tui.model.errors import ConfigError
from escalator_tui.webhook.running import listen, receive


def heard_at(host: str) -> str:
    """What a receiver that ends at once says."""
    stop, err = threading.Event(), io.StringIO()
    stop.set()
    with listen(host, 0) as listening:
        receive(cast("Agent", None), listening, "hush", as_json=False, stop=stop, out=io.StringIO(), err=err)
    return err.getvalue()


@pytest.fixture
def _ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")


def test_an_address_can_be_copied_into_a_browser() -> None:
    assert "at http://127.0.0.1:" in heard_at("127.0.0.1")


@pytest.mark.usefixtures("_ipv6")
def test_an_ipv6_address_stands_in_brackets() -> None:
    assert "at http://[::1]:" in heard_at("::1")


def test_an_ipv6_address_that_cannot_be_had_stands_in_brackets_too() -> None:
    with pytest.raises(ConfigError, match=r"at \[2001:db8::1\]:8700: "):
        listen("2001:db8::1", 8700)
