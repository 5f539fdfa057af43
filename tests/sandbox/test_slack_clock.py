"""Slack's timestamps are unique, whatever the clock does."""

from __future__ import annotations

from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.slack.store import SlackStore


def test_timestamps_stay_unique_and_grow_after_the_clock_was_set_back() -> None:
    clock = Clock(offset=100.0)
    store = SlackStore(clock)
    first = store.next_ts()
    clock.offset = 0.0
    given = [first, *(store.next_ts() for _ in range(1000))]
    assert len(set(given)) == len(given)
    assert given == sorted(given)
