"""What was seen is kept, the newest of each, and every process is told what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalator_tui.ledger import Ledger
from escalator_tui.ledger.snapshots import dump, load
from escalator_tui.model.assessment import Assessment, Category, Sentiment, Signal
from escalator_tui.model.conversation import Account, Conversation, ConversationState
from escalator_tui.model.decision import Decision, Priority, Verb
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


def test_every_process_is_told_what_any_process_changed(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    one, other = open_ledger(), open_ledger()
    one.save_conversations([conversation("1"), conversation("2")])
    found, mark = other.changes(0.0)
    assert {each.conversation.id for each in found} == {"1", "2"}
    assert other.changes(mark) == ([], mark)
    for change in (
        lambda: one.save_conversations([conversation("1", updated_at=500)]),
        lambda: one.save_assessments([ASSESSMENT]),
        lambda: one.decide(Decision("1", Verb.OVERRIDE, "Sam", clock.now, priority=Priority.P3)),
        lambda: confirm(one, "1"),
        lambda: one.complete(one.claim(lease=90) or 0, {}),  # type: ignore[arg-type]
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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), max_size=12))
def test_the_newest_is_kept_in_whatever_order_they_come(tmp_path_factory: object, saved: list[tuple[str, int]]) -> None:
    newest: dict[str, int] = {}
    for name, at in saved:
        newest[name] = max(at, newest.get(name, 0))
    ledger = Ledger.open(str(tmp_path_factory.mktemp("l") / "ledger.sqlite3"))  # type: ignore[attr-defined]
    ledger.save_conversations(conversation(name, updated_at=at) for name, at in saved)
    assert ledger.versions() == newest
    ledger.close()
