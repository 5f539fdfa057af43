"""Values are short, align, and never make up what is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from escalator_tui.model.kinds import RowState
from escalator_tui.session import wording

from .story import HOUR, NOW, closed, escalated, morning, row


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (0, "0m"),
        (59, "0m"),
        (41 * 60, "41m"),
        (5.2 * HOUR, "5h12"),
        (26 * HOUR, "1d2h"),
        (48 * HOUR, "2d"),
        (26 * 24 * HOUR, "26d"),
    ],
)
def test_durations_are_short(seconds: float | None, shown: str) -> None:
    assert wording.short_duration(seconds) == shown


@given(st.floats(0, 9_999 * 86_400))
def test_durations_fit_their_column(seconds: float) -> None:
    assert len(wording.short_duration(seconds)) <= 5


@pytest.mark.parametrize(
    ("amount", "shown"), [(None, "–"), (0, "0"), (49, "49"), (999, "999"), (2400, "2.4k"), (99_960, "100k"), (1_250_000, "1.2M")]
)
def test_money_is_short_and_unknown_is_not_nothing(amount: float | None, shown: str) -> None:
    assert wording.short_money(amount) == shown


@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"])), st.integers(1, 40), st.booleans())
def test_cells_are_exactly_as_wide_as_their_column(text: str, width: int, right: bool) -> None:
    assert cell_len(wording.fit(text, width, right=right)) == width


@pytest.mark.parametrize(("text", "width"), [("\u200d", 1), ("ab\u200d", 4), ("ab\u200dcdef", 3)])
def test_a_joiner_does_not_swallow_the_cell_behind_it(text: str, width: int) -> None:
    assert cell_len(wording.fit(text, width)) == width


def test_wide_characters_are_not_halved_and_lines_not_broken() -> None:
    assert wording.fit("退款退款", 6) == "退款 …"
    assert wording.fit("two\nlines", 12) == "two lines   "


def test_a_name_in_a_sentence_is_cropped_when_it_is_longer_than_names_are() -> None:
    assert wording.called(row("1", company="A" * 200).record.conversation) == "A" * 39 + "…"
    assert wording.called(row("1", company="退" * 200).record.conversation) == "退" * 19 + " …"
    assert wording.called(row("1", company="Acme & Sons").record.conversation) == "Acme & Sons"


def test_of_an_id_that_nobody_reads_the_first_group_stands() -> None:
    assert wording.short_id("6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001") == "6f1c2f4e…"
    assert wording.short_id("escalation") == "escalation"


@given(st.floats(-1, 2), st.integers(1, 20))
def test_the_bar_never_overflows(score: float, width: int) -> None:
    bar = wording.score_bar(score, width)
    assert len(bar) <= width
    assert bool(bar) == (score > 0)


def test_moments_are_told_by_their_distance() -> None:
    assert wording.clock_time(NOW + 1200, NOW) == "14:20"
    assert wording.clock_time(NOW - 26 * HOUR, NOW) == "Thu 12:00"
    assert wording.clock_time(NOW - 240 * HOUR, NOW) == "3 Mar 14:00"


def test_a_moment_of_another_year_says_which() -> None:
    assert wording.clock_time(NOW + 999 * 24 * HOUR, NOW) == "6 Dec 2028 14:00"
    assert wording.clock_time(NOW - 300 * 24 * HOUR, NOW) == "17 May 2025 14:00"


def test_every_state_has_its_own_word_and_a_glyph() -> None:
    said = [(wording.state_glyph(each), wording.state_word(each, NOW)) for each in morning()]
    assert ("!", "needs you") in said
    assert ("◷", "crosses 14:20") in said
    assert ("»", "sending 2/3") in said
    assert ("✔", "INF-42 #customer-support") in said
    assert ("✕", "failed") in said
    assert ("z", "till 18:00") in said
    (waiting,) = (each for each in morning() if each.id == "105")
    assert wording.state_word(waiting, NOW - 24 * HOUR) == "crosses Fri"
    assert wording.state_word(waiting, NOW - 20 * 24 * HOUR) == "crosses 13 Mar"
    held = escalated(row("1"), RowState.HELD)
    assert wording.state_word(held, NOW + 2) == "sends in 3 s"
    back = replace(row("1"), taken_back=True)
    assert (wording.state_glyph(back), wording.state_word(back, NOW)) == ("!", "taken back")
    assert wording.state_word(replace(back, state=RowState.DISMISSED), NOW) == "dismissed"


def test_a_conversation_that_ended_at_intercom_says_so_unless_something_is_under_way() -> None:
    base = row("1")
    over = closed(base)
    assert (wording.state_glyph(over), wording.state_word(over, NOW)) == ("✓", "closed")
    assert not wording.is_over(escalated(over, RowState.SENDING))


def test_nobody_waits_when_it_is_the_customers_turn() -> None:
    talk = replace(row("1", texts=("a",)).record.conversation, waiting_since=None, parts=())
    assert wording.waits(talk, NOW) is None
