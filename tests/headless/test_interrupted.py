"""The exit code of a headless run that somebody ended."""

from __future__ import annotations

import threading
from typing import cast

import pytest

from escalator_tui.config import Settings
from escalator_tui.launch import Globals, Launch
from escalator_tui.model.errors import LedgerDownError


def code_of(monkeypatch: pytest.MonkeyPatch, *, asked: bool, error: Exception | None) -> int:
    """Of a run that ends so."""

    def run(_self: Launch, _settings: Settings, _given: Globals, interrupted: threading.Event) -> int:
        if asked:
            interrupted.set()
        if error is not None:
            raise error
        return 1

    monkeypatch.setattr(Launch, "_headless", run)
    return Launch(auto=True)._run_headless(cast("Settings", None), Globals())


@pytest.mark.parametrize("error", [None, LedgerDownError("The ledger is away")])
def test_an_end_that_was_asked_for_has_a_code_of_its_own(monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> None:
    assert code_of(monkeypatch, asked=True, error=error) == 130


def test_any_other_end_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(monkeypatch, asked=False, error=None) == 1
    with pytest.raises(LedgerDownError):
        code_of(monkeypatch, asked=False, error=LedgerDownError("The ledger is away"))
