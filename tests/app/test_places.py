"""The places of rows: the same as if all were sorted anew, whatever comes, moves and goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.session.places import Key, Places

STEPS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 3)), max_size=40)


@given(STEPS, st.booleans())
def test_moving_one_at_a_time_is_sorting_anew(steps: list[tuple[str, int | None]], reverse: bool) -> None:
    places = Places()
    places.fill({}, reverse=reverse)
    keys: dict[str, Key] = {}
    for each, number in steps:
        before = list(places.order)
        moved = places.put(each, None if number is None else (number, each))
        keys.pop(each, None)
        if number is not None:
            keys[each] = (number, each)
        assert places.order == sorted(keys, key=keys.__getitem__, reverse=reverse)
        assert dict(places) == {each: at for at, each in enumerate(places.order)}
        assert moved == (places.order != before)


def test_filling_tells_whether_the_order_differs() -> None:
    places = Places()
    assert places.fill({"a": (1, "a"), "b": (2, "b")}, reverse=False)
    assert not places.fill({"b": (4, "b"), "a": (3, "a")}, reverse=False)
    assert places.fill({"b": (4, "b"), "a": (3, "a")}, reverse=True)
    assert (places.order, places["a"], "c" in places, places.get("c")) == (["b", "a"], 1, False, None)
