"""Watch, with the real HTTP client and ledger, against the sandbox."""

from __future__ import annotations

import time

import pytest

from escalator_tui.services.errors import ConnectorInactiveError, ServiceError
from tests.agent.bench import Bench


def test_the_first_look_reads_every_open_conversation_and_a_quiet_one_asks_once(bench: Bench) -> None:
    ids = {bench.add(email=f"c{number}@x.example") for number in range(60)}
    first = bench.look()
    assert {each.id for each in first.changed} == ids
    assert first.sweep
    assert bench.calls().count("POST /conversations/search") == 2
    quiet = bench.look()
    assert (quiet.changed, quiet.sweep) == ((), False)
    assert bench.calls() == ["POST /conversations/search"]


def test_only_what_changed_is_read(bench: Bench) -> None:
    one, _ = bench.add(), bench.add(email="b@x.example")
    bench.look()
    bench.now += 2
    bench.say(one, "<p>Still <b>nothing</b>?</p>")
    found = bench.look()
    assert [each.id for each in found.changed] == [one]
    assert found.changed[0].parts[-1].text == "Still nothing?"
    assert bench.ledger.record(one) is not None


def test_a_second_message_in_the_same_second_is_seen(bench: Bench) -> None:
    bench.now = time.time()
    one = bench.add(at=int(bench.now))
    bench.look()
    bench.ask("POST", "world", {"do": "say", "id": one, "body": "<p>And another thing</p>", "at": int(bench.now)})
    found = bench.look()
    assert [len(each.customer_messages) for each in found.changed] == [2]
    record = bench.ledger.record(one)
    assert record is not None
    assert len(record.conversation.customer_messages) == 2


def test_what_was_read_and_not_scored_is_read_again(bench: Bench) -> None:
    one = bench.add()
    bench.look()
    bench.now += 2
    bench.say(one, "<p>And now?</p>")
    assert [each.id for each in bench.look(scored=False).changed] == [one]
    assert [each.id for each in bench.look().changed] == [one]
    assert bench.look().changed == ()


def test_a_sweep_that_was_not_scored_is_done_again(bench: Bench) -> None:
    bench.add()
    assert bench.look(scored=False).sweep
    assert bench.look().sweep
    assert not bench.look().sweep


def test_a_closing_is_seen(bench: Bench) -> None:
    one = bench.add()
    bench.look()
    bench.ask("POST", "world", {"do": "close", "id": one, "at": int(time.time()) + 1})
    bench.now += 2
    bench.look()
    assert bench.ledger.open_records() == []


def test_a_change_the_index_was_late_with_is_found_later(bench: Bench) -> None:
    one = bench.add()
    bench.look()
    bench.ask("POST", "options", {"index_lag": 100})
    bench.say(one, "<p>Hello again</p>")
    assert bench.look().changed == ()
    bench.ask("POST", "clock", {"offset": 101})
    assert [each.id for each in bench.look().changed] == [one]


def test_a_sweep_finds_what_ended_unseen(bench: Bench) -> None:
    gone, kept = bench.add(), bench.add(email="b@x.example")
    bench.look()
    bench.ask("POST", "world", {"do": "delete", "id": gone})
    assert bench.look().changed == ()
    bench.now += 60
    assert bench.look(sweep_after=60).sweep
    assert [record.conversation.id for record in bench.ledger.open_records()] == [kept]


def test_what_cannot_be_read_stays_due_and_is_told(bench: Bench) -> None:
    bad, good = bench.add(), bench.add(email="b@x.example")
    bench.ask(
        "POST", "faults", [{"kind": "http", "service": "intercom", "operation": f"GET /conversations/{bad}", "status": 403, "body": {}}]
    )
    bench.ask(
        "POST", "faults", [{"kind": "http", "service": "intercom", "operation": "GET /conversations/{id}", "status": 403, "count": 1}]
    )
    found = bench.look()
    assert len(found.unread) == 1
    assert found.problem is not None
    assert {*found.unread, *(each.id for each in found.changed)} == {bad, good}
    bench.ask("DELETE", "faults")
    assert {each.id for each in bench.look().changed} == set(found.unread)
    assert bench.look().unread == ()


def test_a_listing_that_breaks_off_keeps_what_was_read_and_lists_again(bench: Bench) -> None:
    ids = {bench.add(email=f"c{number}@x.example") for number in range(60)}
    bench.ask(
        "POST", "faults", [{"kind": "http", "service": "intercom", "operation": "POST /conversations/search", "status": 403, "nth": 2}]
    )
    broken = bench.look()
    assert broken.problem is not None
    assert 0 < len(broken.changed) < 60
    assert {each.id for each in (*broken.changed, *bench.look().changed)} == ids


def test_a_company_that_is_out_of_reach_is_asked_for_again_before_it_is_called_unknown(bench: Bench) -> None:
    bench.add(email="a@x.example")
    bench.look()
    one = bench.add(email="b@x.example", company={"name": "Globex", "plan": "Enterprise"})
    bench.ask("POST", "options", {"company_scope": False})  # left out of the conversation, so that it is asked for
    bench.ask("POST", "faults", [{"kind": "http", "service": "intercom", "operation": "GET /contacts/*/companies", "status": 503}])
    first = bench.look()
    assert one in first.unread
    assert first.problem is not None
    second = bench.look()
    assert {each.id: each.account for each in second.changed}[one] is None


def test_asking_again_at_once_gives_up_on_no_company(bench: Bench) -> None:
    bench.look()
    one = bench.add(company={"name": "Globex", "plan": "Enterprise"})
    bench.ask("POST", "options", {"company_scope": False})
    bench.ask("POST", "faults", [{"kind": "http", "service": "intercom", "operation": "GET /contacts/*/companies", "status": 503}])
    assert bench.watch is not None
    for _ in range(2):
        look = bench.watch.read([one])
        assert (look.changed, look.unread) == ((), (one,))
    assert bench.ledger.due_reads() == {one}
    bench.ask("DELETE", "faults")
    bench.ask("POST", "options", {"company_scope": True})
    account = bench.watch.read([one]).changed[0].account
    assert account is not None
    assert account.name == "Globex"


def test_nothing_known_and_nothing_readable_is_an_error(bench: Bench) -> None:
    bench.add()
    bench.ask("POST", "faults", [{"kind": "http", "service": "intercom", "operation": "GET /conversations/*", "status": 403, "body": {}}])
    with pytest.raises(ServiceError):
        bench.look()


def test_a_clock_that_was_ahead_once_hides_nothing(bench: Bench) -> None:
    bench.add()
    bench.now += 10_000
    bench.look()
    bench.now -= 10_000
    later = bench.add(email="b@x.example")
    found = bench.look()
    assert later in {each.id for each in found.changed}


def test_nothing_listed_is_an_error(bench: Bench) -> None:
    bench.ask("POST", "faults", [{"kind": "http", "service": "intercom", "operation": "POST /conversations/search", "status": 403}])
    with pytest.raises(ServiceError):
        bench.look()


def test_a_connection_that_ended_is_an_error_with_its_cure(bench: Bench) -> None:
    bench.add()
    bench.look()
    bench.ask("POST", "connections", {"service": "intercom", "status": "EXPIRED"})
    bench.services.scalekit.status("intercom")
    bench.ask(
        "POST",
        "faults",
        [{"kind": "http", "service": "intercom", "operation": "*", "status": 401, "body": {"type": "error.list", "errors": []}}],
    )
    with pytest.raises(ConnectorInactiveError, match="escalator authorize intercom"):
        bench.look()


def test_accounts_are_read_once_and_a_missing_scope_is_no_error(bench: Bench) -> None:
    bench.add(company={"name": "AcmeCorp", "plan": "Enterprise", "spend": 2400})
    account = bench.look().changed[0].account
    assert account is not None
    assert (account.name, account.plan, account.mrr) == ("AcmeCorp", "Enterprise", 2400.0)
    bench.ask("POST", "options", {"company_scope": False})
    hidden = bench.add(email="b@x.example", company={"name": "Globex"})
    found = {each.id: each for each in bench.look().changed}
    assert found[hidden].account is None
    calls = [each for each in bench.calls() if each.startswith("GET /contacts")]
    bench.say(hidden, "<p>again</p>")
    bench.now += 2
    bench.look()
    assert len([each for each in bench.calls() if each.startswith("GET /contacts")]) == 0
    assert len(calls) == 1


def test_what_is_said_to_have_changed_is_read_without_a_search(bench: Bench) -> None:
    one, other = bench.add(), bench.add(email="b@x.example")
    bench.look()
    bench.calls()
    bench.now += 2
    bench.say(one, "<p>Still nothing?</p>")
    assert bench.watch is not None
    look = bench.watch.read([one, one])
    assert [each.parts[-1].text for each in look.changed] == ["Still nothing?"]
    assert [call for call in bench.calls() if "conversations" in call] == [f"GET /conversations/{one}"]
    assert bench.ledger.due_reads() == {one}, "due until it is scored, for whichever process"
    bench.watch.settle(look)
    assert bench.ledger.due_reads() == set()
    bench.ask("POST", "world", {"do": "delete", "id": other})
    assert bench.watch.read([other]).changed == ()
    assert [each.conversation.id for each in bench.ledger.open_records()] == [one]


def test_what_could_not_be_read_then_is_read_by_the_next_look(bench: Bench) -> None:
    one = bench.add()
    bench.look()
    bench.now += 2
    bench.say(one, "<p>Still nothing?</p>")
    bench.ask("POST", "options", {"index_lag": 100})
    bench.ask(
        "POST", "faults", {"kind": "http", "status": 400, "service": "intercom", "operation": f"GET /conversations/{one}", "count": 1}
    )
    assert bench.watch is not None
    told = bench.watch.read([one])
    assert (told.changed, told.unread) == ((), (one,))
    assert told.problem is not None
    assert [each.id for each in bench.look().changed] == [one]
