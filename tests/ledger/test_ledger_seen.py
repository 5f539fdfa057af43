"""What was seen is kept, the newest of each, and every process is told what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.assessment import Assessment, Category, Sentiment, Signal
from escalator_tui.model.conversation import Account, Contact, Conversation, ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.kinds import Priority, Verb
from tests.ledger.makers import Clock, confirm, conversation

ASSESSMENT = Assessment("1", 0.7, 0.4, (Signal("anger", 0.3, "furious", "I am furious", "1-1"),), Sentiment.FRUSTRATED, Category.BUG, at=7)


def ids(ledger: Ledger) -> set[str]:
    return {record.conversation.id for record in ledger.open_records()}


def test_a_record_comes_back_as_it_was(ledger: Ledger) -> None:
    seen = conversation(company="acme", text="<b>\u202e</b> \x00 'quoted' \\ 😀")
    ledger.save_conversations([seen])
    ledger.save_assessments([ASSESSMENT])
    record = ledger.record("1")
    assert record is not None
    assert (record.conversation, record.assessment) == (seen, ASSESSMENT)
    assert ledger.record("2") is None


@given(
    st.builds(Conversation, id=st.text(st.characters(exclude_categories=["Cs"])), subject=st.text(st.characters(exclude_categories=["Cs"])))
)
def test_snapshots_lose_nothing(seen: Conversation) -> None:
    assert load(Conversation, dump(seen)) == seen


def test_an_older_snapshot_never_overwrites_a_newer_one(ledger: Ledger) -> None:
    ledger.save_conversations([conversation(updated_at=200, text="new"), conversation(updated_at=100, text="old")])
    ledger.save_conversations([conversation(updated_at=150, text="older")])
    record = ledger.record("1")
    assert record is not None
    assert record.conversation.parts[0].text == "new"
    assert ledger.versions() == {"1": 200}


def test_times_beyond_32_bits_are_kept(ledger: Ledger) -> None:
    late = 253_402_300_799  # the end of the year 9999
    ledger.save_conversations([conversation("1"), conversation("2", updated_at=late)])
    ledger.save_assessments([replace(ASSESSMENT, conversation_id="2", at=late, crosses_at=late)])
    assert ledger.versions() == {"1": 100, "2": late}
    assert [each.id for each in ledger.due_for_scoring(float(late))] == ["2"]


def test_closed_conversations_leave_unless_something_is_owed(ledger: Ledger) -> None:
    seen = [conversation(name) for name in ("open", "closed", "owing")]
    ledger.save_conversations([seen[0], *(replace(each, state=ConversationState.CLOSED) for each in seen[1:])])
    confirm(ledger, "owing")
    assert ids(ledger) == {"open", "owing"}
    ledger.forget(["open", "unknown"])
    assert ids(ledger) == {"owing"}
    record = ledger.record("open")
    assert record is not None
    assert not record.conversation.is_open


def test_accounts_are_kept_even_when_there_is_none(ledger: Ledger, clock: Clock) -> None:
    assert ledger.account("ada") is None
    ledger.save_account("ada", None)
    assert ledger.account("ada") == (None, clock.now)
    ledger.save_account("ada", Account("acme", "Acme", "Pro", 12.5))
    assert ledger.account("ada") == (Account("acme", "Acme", "Pro", 12.5), clock.now)


def test_history_is_of_the_same_contact_or_company(ledger: Ledger) -> None:
    me = conversation("me", contact="ada", company="acme")
    others = [
        conversation("contact", contact="ada", updated_at=300),
        conversation("company", contact="bob", company="acme", updated_at=200),
        conversation("old", contact="ada", updated_at=50),
        conversation("stranger", contact="eve", company="evil"),
    ]
    ledger.save_conversations([me, *others])
    assert [each.id for each in ledger.history_of(me, 100)] == ["company", "contact"]
    assert ledger.history_of(replace(me, contact=None, account=None), 0) == []


def test_history_is_of_one_company_domain_but_never_of_free_mail(ledger: Ledger) -> None:
    made = {
        name: replace(conversation(name, contact=name, updated_at=200), contact=Contact(name, email=email))
        for name, email in (
            ("ada", "Ada@Acme.example"),
            ("bob", "bob@acme.example"),
            ("eve", "eve@evil.example"),
            ("gil", "gil@gmail.com"),
            ("gus", "gus@gmail.com"),
        )
    }
    ledger.save_conversations(made.values())
    assert [each.id for each in ledger.history_of(made["ada"], 100)] == ["bob"]
    assert ledger.history_of(made["gil"], 100) == []


def test_every_process_is_told_what_any_process_changed(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    one.save_conversations([conversation("1"), conversation("2")])
    found, mark = other.changes(0.0)
    assert {each.conversation.id for each in found} == {"1", "2"}
    assert other.changes(mark) == ([], mark)
    claimed: list[Any] = []
    for change in (
        lambda: one.save_conversations([conversation("1", updated_at=500)]),
        lambda: one.save_assessments([ASSESSMENT]),
        lambda: one.decide(Decision("1", Verb.OVERRIDE, "Sam", clock.now, priority=Priority.P3)),
        lambda: confirm(one, "1"),
        lambda: claimed.append(one.claim(lease=90)),
        lambda: one.complete(claimed[0], {}),
        lambda: one.forget(["1"]),
    ):
        change()
        found, mark = other.changes(mark)
        assert [each.conversation.id for each in found] == ["1"]
        assert other.changes(mark) == ([], mark)


def test_changes_are_seen_after_the_clock_was_set_back(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    one.save_conversations([conversation("1")])
    _, mark = other.changes(0.0)
    clock.now -= 3600
    one.save_conversations([conversation("2")])
    assert [each.conversation.id for each in other.changes(mark)[0]] == ["2"]


def test_a_snooze_that_ran_out_is_a_change_once(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    one.save_conversations([conversation(name) for name in "12345"])
    for name, verb, until in (("1", Verb.SNOOZE, 60.0), ("2", Verb.SNOOZE, 61.0), ("3", Verb.DISMISS, 60.0), ("4", Verb.SNOOZE, 60.0)):
        one.decide(Decision(name, verb, "Sam", clock.now, until=clock.now + until))
    one.decide(Decision("4", Verb.UNDO, "Sam", clock.now))
    _, mark = other.changes(0.0)
    assert other.wake_snoozed() == 0
    clock.now += 60
    assert one.wake_snoozed() == 1
    assert other.wake_snoozed() == 0
    found, mark = other.changes(mark)
    assert [each.conversation.id for each in found] == ["1"]
    assert found[0].decision is not None
    confirm(one, "2")
    clock.now += 60
    assert one.wake_snoozed() == 0, "an escalation ends the snooze"


def test_what_crosses_by_time_is_due_for_scoring(ledger: Ledger) -> None:
    names = ("now", "later", "never", "closed", "unscored")
    ledger.save_conversations([conversation(name) for name in names])
    crossings = {"now": 500, "later": 501, "never": None, "closed": 500}
    ledger.save_assessments([replace(ASSESSMENT, conversation_id=name, crosses_at=at) for name, at in crossings.items()])
    ledger.forget(["closed"])
    assert [each.id for each in ledger.due_for_scoring(500.0)] == ["now"]
    ledger.save_assessments([replace(ASSESSMENT, conversation_id="now")])
    assert ledger.due_for_scoring(500.0) == []


def test_what_is_open_is_counted_and_listed(ledger: Ledger) -> None:
    assert (ledger.open_counts(), ledger.open_ids()) == ((0, 0), set())
    nameless = replace(conversation("nameless"), account=Account("", "Acme"))
    ledger.save_conversations([conversation("known", company="acme"), conversation("unknown"), nameless, conversation("closed")])
    ledger.forget(["closed"])
    assert ledger.open_counts() == (3, 1)
    assert ledger.open_ids() == {"known", "unknown", "nameless"}


def test_cheap_questions_are_answered_by_an_index(ledger: Ledger) -> None:
    """A poll asks them each time, with tens of thousands of conversations in the ledger."""
    if not ledger._database.is_sqlite:
        pytest.skip("PostgreSQL plans by what is in the table")
    asked: list[tuple[str, Any]] = []
    event.listen(ledger._database._engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    for ask in (ledger.open_ids, ledger.open_counts, ledger.versions, ledger.wake_snoozed, lambda: ledger.due_for_scoring(5.0)):
        ask()
    questions = [each for each in asked if "FROM conversations" in each[0]]
    assert len(questions) == 5
    with ledger._database.read() as conn:
        for statement, values in questions:
            plans = [row[-1] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert all("USING" in each and "INDEX conversations_by_" in each for each in plans), (statement, plans)


def test_what_could_not_be_read_stays_due_whoever_looks(open_ledger: Callable[[], Ledger]) -> None:
    one, other = open_ledger(), open_ledger()
    one.add_due_reads(["1", "2"])
    other.add_due_reads(["3", "2"])
    one.clear_due_reads(["1", "4"])
    assert one.due_reads() == other.due_reads() == {"2", "3"}
    one.add_due_reads([])
    many = {str(number) for number in range(40_000)}
    one.add_due_reads(many)
    one.clear_due_reads(many)
    assert one.due_reads() == set()


def test_two_readers_do_not_take_changes_from_each_other(ledger: Ledger) -> None:
    ledger.save_conversations([conversation("1")])
    first, mark = ledger.changes(0.0)
    second, _ = ledger.changes(0.0)
    assert len(first) == len(second) == 1
    assert ledger.last_change() == mark


def test_the_same_again_is_no_change(ledger: Ledger) -> None:
    ledger.save_conversations([conversation("1")])
    ledger.save_assessments([ASSESSMENT])
    mark = ledger.last_change()
    ledger.save_conversations([conversation("1")])
    ledger.save_assessments([replace(ASSESSMENT, at=99)])
    assert ledger.last_change() == mark


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), max_size=12))
def test_the_newest_is_kept_in_whatever_order_they_come(tmp_path_factory: object, saved: list[tuple[str, int]]) -> None:
    newest: dict[str, int] = {}
    for name, at in saved:
        newest[name] = max(at, newest.get(name, 0))
    ledger = Ledger.open(str(tmp_path_factory.mktemp("l") / "ledger.sqlite3"))  # type: ignore[attr-defined]
    ledger.save_conversations(conversation(name, updated_at=at) for name, at in saved)
    assert ledger.versions() == newest
    ledger.close()
