"""The company behind an e-mail address: its domain, unless anybody can have an address there."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
_LONGEST: Final = 320  # characters of an address


def company_domain(email: str) -> str:
    """The domain of an address in small letters; empty for free mail providers, relays, and what is no address.

    Colleagues share it, strangers do not: "ada@acme.example" gives "acme.example", "ada@gmail.com" gives "".
    """
    if len(email) > _LONGEST:
        return ""
    person, _, domain = email.strip().lower().partition("@")
    return domain if person.split() == [person] and _is_company(domain) else ""


@lru_cache(maxsize=10_000)
def _is_company(domain: str) -> bool:
    return bool(_DOMAIN.fullmatch(domain)) and not _is_shared(domain)


def _is_shared(domain: str) -> bool:
    """Whether the domain or one above it ("mail.gmail.com") is on the list of shared ones."""
    labels = domain.split(".")
    return any(".".join(labels[at:]) in _shared() for at in range(len(labels) - 1))


@lru_cache(maxsize=1)
def _shared() -> frozenset[str]:
    # Read past importlib.resources, which brings half of the library for archives with it, and would hold up the first rows.
    lines = Path(__file__).with_name("freemail.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
