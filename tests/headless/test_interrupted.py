"""The exit code of a headless run that somebody ended."""

from __future__ import annotations

import threading

import pytest

from escalator_tui.interrupted import until_interrupted
from escalator_tui.model.errors import LedgerDownError


def code_of(*, asked: bool, error: Exception | None) -> int:
    """Of a run that ends so."""

    def run(interrupted: threading.Event) -> int:
        if asked:
            interrupted.set()
        if error is not None:
            raise error
        return 1

    return until_interrupted(run)


@pytest.mark.parametrize("error", [None, LedgerDownError("The ledger is away")])
def test_an_end_that_was_asked_for_has_a_code_of_its_own(error: Exception | None) -> None:
    assert code_of(asked=True, error=error) == 130


def test_any_other_end_keeps_its_code() -> None:
    assert code_of(asked=False, error=None) == 1
    with pytest.raises(LedgerDownError):
        code_of(asked=False, error=LedgerDownError("The ledger is away"))
