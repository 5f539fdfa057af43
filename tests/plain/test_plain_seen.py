"""What is set aside is what the lead was told of, not what came in since without a word. Over the real agent."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from escalator_tui.model.kinds import RowState
from escalator_tui.plain.running import run_plain
from tests.agent.bench import Bench, shown
from tests.plain.test_plain import Typed

WORSE = "<p>I want to speak to a manager, or we cancel our subscription. I will sue you.</p>"
ASIDE = {"dismiss": "dismiss 1 not urgent", "snooze": "snooze 1 2h"}


def spoken(bench: Bench, *steps: str | Callable[[], object]) -> str:
    out = io.StringIO()
    run_plain(bench.agent(), bench.settings, Typed(steps), out, actor="lea", clock=lambda: bench.now)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("line", ASIDE.values(), ids=ASIDE)
@pytest.mark.parametrize("told", ["", "list", "read 1"])
def test_what_came_in_without_a_word_is_not_set_aside(bench: Bench, line: str, told: str) -> None:
    one = bench.add(body="<p>This is unacceptable.</p>")

    def write() -> None:
        bench.say(one, WORSE)
        bench.now += 5

    said = spoken(bench, write, "refresh", *filter(None, (told,)), line)
    back = "It is back at once: 1. Needs you." in said
    assert back is not bool(told)
    state = shown(bench.agent(), one).state
    assert (state is RowState.NEEDS_DECISION) is not bool(told)
