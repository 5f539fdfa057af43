"""Whose company an address names."""

from __future__ import annotations

import pytest

from escalator_tui.model.domains import company_domain


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ada@acme.example", "acme.example"),
        (" Ada.Lovelace+x@Sales.ACME.co.uk ", "sales.acme.co.uk"),
        ("jürgen@bücher.example", "bücher.example"),
        ("ada@gmail.com", ""),
        ("ada@mail.yahoo.co.uk", ""),
        ("x7k@privaterelay.appleid.com", ""),
        ("ada@example.com", ""),
        ("ada@notgmail.com", "notgmail.com"),
        ("ada", ""),
        ("ada@localhost", ""),
        ("ada@@acme.example", ""),
        ("", ""),
        ("a@" + "b" * 1_000_000, ""),
    ],
)
def test_free_mail_and_what_is_no_address_name_none(email: str, domain: str) -> None:
    assert company_domain(email) == domain
