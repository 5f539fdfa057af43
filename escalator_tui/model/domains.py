"""The company behind an e-mail address: its domain, unless anybody can have an address there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_DOMAIN: Final = re.compile(r"[^\s@]+@((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63})")
_LONGEST: Final = 320  # characters of an address


@lru_cache(maxsize=10_000)
def company_domain(email: str) -> str:
    """The domain of an address in small letters; empty for free mail providers, relays, and what is no address.

    Colleagues share it, strangers do not: "ada@acme.example" gives "acme.example", "ada@gmail.com" gives "".
    """
    found = _DOMAIN.fullmatch(email.strip().lower()) if len(email) <= _LONGEST else None
    domain = found.group(1) if found else ""
    return "" if _is_shared(domain) else domain


def _is_shared(domain: str) -> bool:
    """Whether the domain or one above it ("mail.gmail.com") is on the list of shared ones."""
    labels = domain.split(".")
    return any(".".join(labels[at:]) in _shared() for at in range(len(labels) - 1))


@lru_cache(maxsize=1)
def _shared() -> frozenset[str]:
    from importlib import resources  # only once a company is looked for

    lines = resources.files(__package__).joinpath("freemail.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
