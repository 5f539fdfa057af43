"""Odd conversations: a score and a list of signals, or one sentence with the line, and never anything else."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from escalator_tui.model.rules import Rules
from escalator_tui.reports.score import run_score

NOW = 1_790_000_000
ANA = {"type": "user", "id": "c1", "name": "Ana", "email": "ana@acme.example"}


def conversation(body: Any = "Hello", **more: Any) -> dict[str, Any]:
    source = {"id": "s", "subject": "", "body": body, "author": ANA}
    return {"type": "conversation", "id": "1", "created_at": NOW - 60, "state": "open", "open": True, "source": source, **more}


def parts(*given: dict[str, Any]) -> dict[str, Any]:
    return {"conversation_parts": {"conversation_parts": list(given), "total_count": len(given)}}


ODD = {
    "100 kB": conversation("terrible " * 11_000),
    "a million letters": conversation("a" * 1_000_000),
    "a million tags": conversation("<p>" * 250_000 + "terrible"),
    "nulls": conversation("ter\x00rible"),
    "lone surrogates": conversation("terrible \ud800 \udfff"),
    "right to left": conversation("\u202eelbirret\u202c terrible"),
    "zero width": conversation("ter\u200brib\u2060le"),
    "no body": conversation(None),
    "a body that is no text": conversation(17),
    "no parts at all": {"type": "conversation", "id": "1"},
    "no source": conversation(source=None),
    "no author": conversation(**parts({"id": "p", "part_type": "comment", "body": "terrible", "created_at": NOW})),
    "no date": conversation(created_at=None, **parts({"id": "p", "part_type": "comment", "body": "terrible", "author": ANA})),
    "milliseconds": conversation(created_at=NOW * 1000, updated_at=NOW * 1000, waiting_since=NOW * 1000),
    "the future": conversation(created_at=NOW + 10**8, waiting_since=NOW + 10**8),
    "before time": conversation(created_at=-1, waiting_since=-(10**12)),
    "a date in words": conversation(created_at="yesterday"),
    "numbers beyond all": conversation(created_at=10**30, **parts({"id": "p", "author": ANA, "body": "hi", "created_at": 10**30})),
    "not a number": conversation(created_at=float("nan"), waiting_since=float("inf")),
}


@pytest.mark.parametrize("payload", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("text_only", [True, False])
def test_it_is_scored_or_refused_in_one_sentence(payload: dict[str, Any], *, text_only: bool) -> None:
    out, err = io.StringIO(), io.StringIO()
    given = json.dumps(payload) + "\n" + json.dumps(conversation("This is terrible")) + "\n"
    code = run_score("-", rules=Rules(), now=NOW, text_only=text_only, as_json=True, out=out, err=err, stdin=io.StringIO(given))
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert told[-1]["escalate"] is True
    remarks = 1 if payload is ODD["no author"] else 0
    assert (code, len(told), len(err.getvalue().splitlines())) in {(0, 2, remarks), (1, 1, 1)}
    assert code == 0 or err.getvalue().startswith("-, line 1: ")
    for each in told:
        assert 0.0 <= each["score"] <= 1.0
        assert all(signal["kind"] and 0.0 < signal["weight"] <= 1.0 for signal in each["signals"])


@pytest.mark.parametrize("name", ["nulls", "zero width", "lone surrogates", "right to left"])
def test_hidden_characters_hide_no_word(name: str) -> None:
    out = io.StringIO()
    run_score("-", rules=Rules(), now=NOW, text_only=True, as_json=True, out=out, err=out, stdin=io.StringIO(json.dumps(ODD[name])))
    assert json.loads(out.getvalue())["escalate"] is True


def scored(*payloads: dict[str, Any], text_only: bool = False) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    given = io.StringIO("".join(json.dumps(each) + "\n" for each in payloads))
    code = run_score("-", rules=Rules(), now=NOW, text_only=text_only, as_json=True, out=out, err=err, stdin=given)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        NOW - 7200,
        (NOW - 7200) * 1000,
        str(NOW - 7200),
        "2026-09-21T12:13:20Z",
        "2026-09-21T14:13:20+02:00",
        "2026-09-21 12:13:20",
        "2026-09-21T12:13:20.500",
    ],
)
def test_a_time_is_read_however_it_is_written(given: object) -> None:
    _, (told,), _ = scored(conversation(created_at=given))
    assert "waiting for us for 2 h" in {signal["detail"] for signal in told["signals"]}


@pytest.mark.parametrize("given", ["yesterday", "21.09.2026", "2026-13-01", True, [NOW], 10**30, float("nan"), float("inf"), 10**15])
def test_a_time_that_cannot_be_read_is_refused_with_its_line(given: object) -> None:
    part = {"id": "p", "part_type": "comment", "body": "hello?", "author": ANA, "created_at": given}
    code, told, err = scored(conversation(), conversation(created_at=given), conversation(**parts(part)))
    assert (code, len(told)) == (1, 1)
    first, second = err.splitlines()
    assert first.startswith("-, line 2: created_at is ")
    assert second.startswith("-, line 3: created_at of part 1 is ")
    assert first.endswith("expected unix seconds, or a date such as 2026-01-31T09:30:00Z")


@pytest.mark.parametrize("given", [None, 0, -1, ""])
def test_a_time_that_is_none_is_none(given: object) -> None:
    code, told, err = scored(conversation(waiting_since=given, snoozed_until=given))
    assert (code, len(told), err) == (0, 1, "")


def test_a_part_without_a_date_stands_behind_the_one_it_follows() -> None:
    """It counts like any other: the customer wrote last, so they wait for us."""
    answered = {"id": "1", "part_type": "comment", "body": "Try again.", "author": {"type": "admin", "id": "7"}, "created_at": NOW - 7200}
    undated = {"id": "2", "part_type": "comment", "body": "This is unacceptable.", "author": ANA}
    _, (told,), err = scored(conversation(created_at=NOW - 9000, **parts(answered, undated)))
    assert {"anger", "waiting_hours"} <= {signal["kind"] for signal in told["signals"]}
    assert err == ""


def test_a_part_without_an_author_counts_for_nothing_and_is_told() -> None:
    part = {"id": "p", "part_type": "comment", "body": "This is unacceptable.", "created_at": NOW}
    code, (told,), err = scored(conversation(**parts(part)), text_only=True)
    assert (code, told["signals"]) == (0, [])
    assert err == "-: 1 part has no author that is known and did not count (`escalator explain` quotes what was said)\n"
