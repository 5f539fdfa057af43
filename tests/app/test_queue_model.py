"""The queue without a terminal: order, filter, marks, what waits, and what stays under the cursor."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.model.kinds import AuthorKind, Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.session.columns import Sort, next_sort
from escalator_tui.session.index import Index, standing_of
from escalator_tui.session.queue_model import Change, Queue
from escalator_tui.session.undoing import Acts

from .story import NOW, closed, decided, escalated, morning, part, row


def filled() -> Queue:
    """The morning's queue."""
    queue = Queue(now=NOW)
    queue.apply(morning())
    return queue


def scored(base: Row, score: float) -> Row:
    """The row with another score."""
    assert base.record.assessment
    return replace(base, record=replace(base.record, assessment=replace(base.record.assessment, score=score)))


def wrote(base: Row, score: float) -> Row:
    """The row with another score after the customer wrote once more."""
    record = scored(base, score).record
    said = part(99, AuthorKind.CUSTOMER, "And now?", NOW)
    return replace(base, record=replace(record, conversation=replace(record.conversation, parts=(*record.conversation.parts, said))))


def noted(base: Row, score: float) -> Row:
    """The row after Escalator left its note and its tag, which are read at the next look and make it score anew."""
    record = scored(base, score).record
    note = part(99, AuthorKind.TEAMMATE, "Escalated as P0 by Escalator.", NOW, kind="note")
    talk = replace(record.conversation, parts=(*record.conversation.parts, note), tags=("escalated",), updated_at=NOW + 9)
    return replace(base, record=replace(record, conversation=talk))


def test_what_needs_the_lead_stands_first_then_what_moves_then_the_rest() -> None:
    assert filled().order == ["101", "110", "102", "103", "104", "105", "107", "106", "108", "109"]


def test_the_same_rows_again_change_nothing() -> None:
    queue = filled()
    change = queue.apply(morning())
    assert (change.touched, change.moved, queue.news.cells) == (frozenset(), False, {})


def test_a_change_that_keeps_the_order_touches_one_row_and_names_its_cells() -> None:
    queue = filled()
    change = queue.apply([wrote(queue.rows["101"], 0.95)])
    assert change.touched == {"101"}
    assert not change.moved
    assert queue.news.cells["101"] == {"score", "replies"}
    assert queue.news.settle() == {"101"}
    assert queue.news.cells == {}


def test_a_score_that_overtakes_moves_the_row() -> None:
    queue = filled()
    assert queue.apply([scored(queue.rows["103"], 0.99)]).moved
    assert queue.order[0] == "103"
    assert queue.places["103"] == 0


def test_new_conversations_wait_until_let_in() -> None:
    queue = filled()
    assert not queue.apply([row("201", score=0.99)], hold_new=True).moved
    assert queue.waiting == {"201"}
    assert "201" not in queue.order
    assert queue.let_in()
    assert queue.order[0] == "201"
    assert not queue.let_in()


def test_closed_conversations_leave_but_not_from_under_the_cursor() -> None:
    queue = filled()
    queue.pin("101")
    queue.marks = {"101", "102"}
    queue.apply([closed(queue.rows["101"]), closed(queue.rows["102"])])
    assert "101" in queue.order
    assert "102" not in queue.order
    assert queue.marks == {"101"}
    assert queue.pin("103")
    assert "101" not in queue.rows


def test_a_conversation_that_reopens_under_the_cursor_stays() -> None:
    queue = filled()
    queue.pin("101")
    before = queue.rows["101"]
    queue.apply([closed(before)])
    queue.apply([before])
    queue.pin("103")
    assert "101" in queue.order


def test_the_filter_wants_every_word_somewhere() -> None:
    queue = filled()
    queue.filter_by("globex BROKEN")
    assert queue.order == ["102"]
    queue.filter_by("omar@example.com")
    assert queue.order == ["102"]
    queue.filter_by("globex dark")
    assert queue.order == []
    queue.filter_by("")
    assert len(queue.order) == 10


def test_the_filter_sees_changed_rows_as_they_are_now() -> None:
    queue = filled()
    queue.filter_by("zebra")
    base = queue.rows["101"]
    queue.apply([replace(base, record=replace(base.record, conversation=replace(base.record.conversation, subject="Zebra crossing")))])
    assert queue.order == ["101"]


def test_every_column_sorts_both_ways_and_unknown_is_last() -> None:
    queue = filled()
    queue.sort_by(Sort("mrr"))
    assert queue.order[0] == "106"
    assert set(queue.order[-2:]) == {"103", "108"}
    forward = list(queue.order)
    queue.sort_by(Sort("mrr", reverse=True))
    assert queue.order == forward[::-1]
    assert next_sort(Sort("score")) == Sort("priority")
    assert next_sort(Sort("state")) == Sort("score")
    assert next_sort(Sort("plan")) == Sort("mrr")
    assert next_sort(Sort("subject")) == Sort("score")
    assert next_sort(Sort("mrr"), {"score", "mrr", "state"}.__contains__) == Sort("state")


def test_counts_do_not_depend_on_the_filter() -> None:
    queue = filled()
    queue.filter_by("globex")
    found = queue.counts()
    assert (found.need, found.failed, found.sending, found.watching) == (3, 1, 1, 2)


def test_related_are_the_same_contact_or_company() -> None:
    queue = Queue(now=NOW)
    queue.apply([row("1"), row("2", "Earlier"), row("3", company="Globex"), row("4", company=None)])
    assert [each.id for each in queue.related(queue.rows["1"])] == ["2"]
    assert queue.related(queue.rows["4"]) == []


def test_following_is_what_needs_something_below_then_above_then_anything() -> None:
    queue = filled()
    assert queue.following("101", {"101", "110"}) == "102"
    assert queue.following("103", {"103"}) == "102"
    assert queue.following("109", {"109"}) == "103"
    needing = {"101", "102", "103", "110"}
    assert queue.following("107", needing | {"107"}) == "106"
    assert queue.following("109", needing | {"109"}) == "108"
    assert queue.following("109", set(queue.order)) is None


def test_a_new_conversation_is_news_of_its_own_kind_but_not_the_first_load() -> None:
    queue = filled()
    assert queue.news.cells == {}
    queue.apply([row("201")])
    assert queue.news.cells == {"201": frozenset()}
    queue.apply([wrote(queue.rows["201"], 0.5)])
    assert queue.news.cells == {"201": {"score", "bar", "replies"}}


def test_what_escalator_itself_wrote_and_what_time_changed_is_no_news() -> None:
    queue = filled()
    change = queue.apply([noted(queue.rows["101"], 0.7), scored(queue.rows["103"], 0.9)])
    assert change.touched == {"101", "103"}
    assert queue.news.cells == {}


def test_the_way_of_an_escalation_is_no_news_but_who_decided_it_and_how_it_ends() -> None:
    queue = filled()
    base = queue.rows["101"]
    queue.apply([replace(base, state=RowState.CHECKING)])
    assert queue.news.cells == {}
    queue.apply([escalated(base, RowState.HELD)])
    assert queue.news.cells == {"101": {"state"}}
    queue.news.settle()
    queue.apply([escalated(base, RowState.SENDING)])
    queue.apply([escalated(base, RowState.ESCALATED)])
    assert queue.news.cells == {}
    queue.apply([escalated(base, RowState.FAILED, error="refused")])
    assert queue.news.cells == {"101": {"state"}}


def test_a_row_that_comes_to_need_the_lead_is_news_whatever_lifted_it() -> None:
    queue = filled()
    watched = queue.rows["105"]
    queue.apply([replace(scored(watched, 0.5), state=RowState.NEEDS_DECISION)])
    assert queue.news.cells["105"] >= {"score", "state"}


def test_what_others_do_is_news() -> None:
    queue = filled()
    queue.apply(
        [decided(queue.rows["101"], RowState.DISMISSED, Verb.DISMISS, reason="known"), replace(queue.rows["102"], priority=Priority.P3)]
    )
    assert queue.news.cells == {"101": {"state"}, "102": {"priority"}}


def test_what_comes_of_ones_own_decisions_is_no_news_but_how_it_goes_wrong() -> None:
    queue = filled()
    base = queue.rows["101"]
    queue.news.decide("lea", ["101", "102"])
    queue.apply([decided(base, RowState.DISMISSED, Verb.DISMISS, by="lea"), replace(queue.rows["102"], priority=Priority.P3)])
    queue.apply([base])
    assert queue.news.cells == {}
    queue.news.settle()
    queue.apply([escalated(base, RowState.HELD, by="lea")])
    assert queue.news.cells == {}, "it was checked meanwhile"
    queue.apply([escalated(base, RowState.FAILED, error="refused", by="lea")])
    queue.apply([decided(queue.rows["102"], RowState.DISMISSED, Verb.DISMISS, by="sam")])
    assert queue.news.cells == {"101": {"state"}, "102": {"state"}}
    queue.news.settle()
    queue.news.settle()
    queue.apply([replace(queue.rows["102"], priority=Priority.P2)])
    assert queue.news.cells == {"102": {"priority"}}


def test_marking_all_shown_and_none() -> None:
    queue = filled()
    queue.toggle_mark("107")
    queue.filter_by("state:needs")
    queue.mark_shown()
    assert queue.marks == {"101", "102", "103", "107"}
    queue.mark_shown()
    assert queue.marks == set()


def test_marking_all_leaves_out_what_needs_no_decision() -> None:
    queue = filled()
    queue.mark_shown()
    assert queue.marks == {"101", "102", "103"}


def test_an_index_forgets_keys_that_no_row_has_any_more() -> None:
    index, first = Index(standing_of), filled().rows["101"]
    index.put(first, None)
    index.put(replace(first, state=RowState.DISMISSED), first)
    assert list(index._ids) == [RowState.DISMISSED]
    index.drop(replace(first, state=RowState.DISMISSED))
    index.drop(first)
    assert not index._ids


def test_what_went_out_keeps_no_mark_once_the_rest_is_decided() -> None:
    queue = filled()
    queue.marks = {"101", "102", "104", "106"}
    queue.unmark(frozenset({"101"}))
    assert queue.marks == {"102", "104", "106"}
    queue.unmark(frozenset({"103"}))
    assert queue.marks == {"102", "104", "106"}
    queue.unmark(frozenset({"102"}))
    assert queue.marks == set()


def test_the_filter_follows_the_clock_but_not_from_under_the_cursor() -> None:
    queue = filled()
    queue.filter_by("waits:<1h")
    assert queue.order == ["104", "107"]
    queue.pin("104")
    assert not queue.pass_time(NOW + 60)
    assert not queue.pass_time(NOW + 1800)
    assert queue.order == ["104", "107"]
    assert queue.pin("107")
    assert queue.order == ["107"]
    queue.filter_by("waits:>1h waits:<5h")
    assert queue.order == ["103", "104"]


STATES = st.sampled_from([RowState.NEEDS_DECISION, RowState.WATCHING, RowState.DISMISSED])
MEANWHILE = st.sampled_from(
    ["nothing", "it is new and waits", "it keeps its place", "it is read", "it is asked about", "the new ones are let in", "another filter"]
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 100), STATES, st.booleans(), st.sampled_from(list(Priority)), MEANWHILE), max_size=40
)
BASES = [row(str(number)) for number in range(5)]


@given(CHANGES, st.sampled_from(["score", "priority", "state"]), st.booleans(), st.sampled_from(["", "p0", "needs"]))
def test_taking_changes_one_by_one_gives_the_order_made_anew(
    changes: list[tuple[int, int, RowState, bool, Priority, str]], column: str, reverse: bool, needle: str
) -> None:
    queue = Queue(now=NOW, sort=Sort(column, reverse), needle=needle)
    queue.pin("3")
    for number, score, state, ended, priority, meanwhile in changes:
        now = replace(scored(BASES[number], score / 100), state=state, priority=priority)
        hold_new, hold_pinned = meanwhile == "it is new and waits", meanwhile == "it keeps its place"
        queue.asked = frozenset({str(number)} if meanwhile == "it is asked about" else ())
        queue.apply([closed(now) if ended else now], hold_new=hold_new, hold_pinned=hold_pinned)
        if meanwhile == "it is read":
            queue.pin(str(number))
        elif meanwhile == "the new ones are let in":
            queue.let_in()
        elif meanwhile == "another filter":
            queue.filter_by(("", "p0", "needs")[number % 3])
    kept = list(queue.order)
    assert queue.rows.keys() >= set(kept)
    queue.arrange()
    assert queue.order == kept
    assert queue.places == {each: at for at, each in enumerate(kept)}


def test_what_the_filter_no_longer_finds_stays_under_the_cursor_until_it_moves_on() -> None:
    queue = filled()
    queue.filter_by("needs")
    queue.pin("102")
    queue.apply([replace(queue.rows["102"], state=RowState.WATCHING)])
    assert "102" in queue.order
    queue.sort_by(Sort("company"))
    assert "102" in queue.order
    assert queue.pin("101")
    assert "102" not in queue.order


def test_a_row_that_changes_under_the_cursor_keeps_its_place_until_the_cursor_moves_on() -> None:
    queue = filled()
    queue.pin("110")
    assert not queue.apply([replace(queue.rows["110"], state=RowState.WATCHING)], hold_pinned=True).moved
    assert not queue.pass_time(NOW + 60)
    assert queue.apply([scored(queue.rows["103"], 0.99), scored(queue.rows["110"], 0.01)], hold_pinned=True).moved
    assert queue.order[:4] == ["103", "101", "110", "102"]
    assert queue.rows["110"].state is RowState.WATCHING
    assert queue.pin("102")
    assert queue.order == ["103", "101", "102", "104", "105", "107", "110", "106", "108", "109"]


def test_a_row_that_changed_under_the_cursor_is_placed_by_another_order() -> None:
    queue = filled()
    queue.pin("101")
    queue.apply([replace(queue.rows["101"], state=RowState.WATCHING)], hold_pinned=True)
    assert queue.sort_by(Sort("priority"))
    assert queue.order[0] != "101"


def test_before_anybody_is_heard_a_row_goes_where_it_belongs_at_once() -> None:
    queue = filled()
    queue.pin("101")
    assert queue.apply([replace(queue.rows["101"], state=RowState.WATCHING)]).moved
    assert queue.order[0] == "110"


def test_what_nobody_asks_about_any_more_leaves_with_the_next_look_at_others() -> None:
    queue = filled()
    queue.pin("101")
    queue.asked = frozenset({"102"})
    queue.apply([closed(queue.rows["102"]), closed(queue.rows["103"])])
    assert ("102" in queue.order, "103" in queue.order) == (True, False)
    queue.asked = frozenset()
    assert queue.apply([]) == Change(frozenset({"102"}), moved=True)
    queue.asked = frozenset({"105"})
    queue.apply([closed(queue.rows["105"])])
    queue.asked = frozenset()
    queue.apply([scored(queue.rows["101"], 0.99)])
    assert set(queue.order) == queue.rows.keys() == filled().rows.keys() - {"102", "103", "105"}


def test_what_the_lead_sent_stays_closed_until_anybody_withdraws_it() -> None:
    queue = filled()
    acts = Acts("lea", queue, lambda: NOW)
    acts.remember(Verb.ESCALATE, [queue.rows["102"]])
    sent = closed(escalated(queue.rows["102"], RowState.ESCALATED, by="lea"))
    queue.apply([sent])
    acts.forget(Verb.ESCALATE, ["102"])
    queue.apply([scored(queue.rows["103"], 0.99)])
    assert "102" in queue.order, "it is still to be withdrawn, and that may fail"
    assert sent.record.escalation
    withdrawn = replace(sent.record.escalation, withdrawn_by="sam")
    queue.apply([replace(sent, record=replace(sent.record, escalation=withdrawn))])
    assert "102" not in queue.order


def test_a_new_filter_keeps_nothing_that_it_does_not_find() -> None:
    queue = filled()
    queue.filter_by("needs")
    queue.pin("102")
    queue.apply([replace(queue.rows["102"], state=RowState.WATCHING)])
    queue.filter_by("acme")
    assert queue.order == ["101"]
