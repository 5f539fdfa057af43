"""`escalator explain`: the score with all that led to it."""

from __future__ import annotations

import io
import json
import re
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.config import Settings
from escalator_tui.config.detection import DetectionSettings, SegmentSettings
from escalator_tui.config.schema import LedgerSettings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.errors import ConfigError
from escalator_tui.reports.explain import run_explain
from tests.detect.builders import DAY, HOUR, MONDAY, talk
from tests.ledger.test_ledger_opening import without_privileges

NOW = 1_790_000_000
BODY = "<p>I am not angry. The useless column is in the way. I want a manager.</p><blockquote>Terrible</blockquote>"


def payload(body: str, *admin: str) -> dict[str, Any]:
    parts = [
        {"type": "conversation_part", "id": f"a{at}", "part_type": "comment", "body": text, "author": {"type": "admin", "id": "7"}}
        for at, text in enumerate(admin)
    ]
    source = {"id": "1", "body": body, "author": {"type": "user", "id": "c1"}}
    more = {"conversation_parts": {"conversation_parts": parts}}
    return {"type": "conversation", "id": "5", "created_at": NOW - 60, "state": "open", "open": True, "source": source, **more}


def run(target: str, settings: Settings | None = None, **options: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    given = {"now": NOW, "text_only": True, "as_json": True, "stdin": io.StringIO(), **options}
    code = run_explain(target, settings or Settings(), **given, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_it_tells_what_counts_and_what_does_not() -> None:
    code, out, _ = run("-", stdin=io.StringIO(json.dumps(payload(BODY, "Sorry for the terrible wait"))))
    told = json.loads(out)
    assert (code, told["id"], told["escalate"], told["threshold"], told["preset"], told["segments"]) == (0, "5", True, 0.4, "default", [])
    assert [signal["kind"] for signal in told["signals"]] == ["manager", "wording"]
    assert {(each["reason"], each["words"], each["part_id"], each["family"]) for each in told["ignored"]} == {
        ("negated", "angry", "1", "anger"),
        ("a name", "useless", "1", "anger"),
        ("quoted or a signature", "> Terrible", "1", ""),
        ("not the customer's", "Sorry for the terrible wait", "a0", ""),
    }


def test_what_is_left_unread_of_a_long_message_is_told() -> None:
    told = json.loads(run("-", stdin=io.StringIO(json.dumps(payload("Fine so far. " * 9_000 + "I want a manager."))))[1])
    assert "manager" in {signal["kind"] for signal in told["signals"]}
    assert [(each["reason"], each["part_id"]) for each in told["ignored"]] == [("too long, only its beginning and its end are read", "1")]


def test_a_part_without_an_author_is_told() -> None:
    given = payload("Hello")
    given["conversation_parts"]["conversation_parts"] = [{"id": "n", "part_type": "comment", "body": "This is terrible"}]
    told = json.loads(run("-", stdin=io.StringIO(json.dumps(given)))[1])
    assert [(each["reason"], each["words"]) for each in told["ignored"]] == [("without an author", "This is terrible")]


def test_people_read_the_same() -> None:
    stdin = io.StringIO(json.dumps(payload("How do I sort the terrible list?")) + "\nnonsense\n")
    code, out, err = run("-", as_json=False, stdin=stdin)
    assert code == 1
    assert "line 2" in err
    assert "5  ordinary" in out
    assert "short of 0.40" in out
    assert "by preset default" in out
    assert "ignored, a name: “terrible” (anger)" in out


def test_an_old_file_says_how_to_explain_it_as_of_then() -> None:
    old = json.dumps({**payload("Where is it?"), "created_at": 1_700_000_000})
    told = run("-", stdin=io.StringIO(old), now=None, text_only=False)[2]
    assert re.fullmatch(r"- ends \d+ days ago and is scored as of now; --now 1700000000 scores it as of then\n", told)
    assert run("-", stdin=io.StringIO(old))[2] == ""


def test_segments_and_words_taken_out_are_named() -> None:
    segment = SegmentSettings(name="slow", languages=("en",), threshold=0.9)
    settings = Settings(detection=DetectionSettings(segments=(segment,), words_removed=("terrible",)))
    _, out, _ = run("-", settings, stdin=io.StringIO(json.dumps(payload("This is terrible, and that is the end of it"))))
    told = json.loads(out)
    assert (told["segments"], told["threshold"]) == (["slow"], 0.9)
    assert ("taken out by the settings", "terrible") in {(each["reason"], each["words"]) for each in told["ignored"]}


def test_one_of_the_ledger_is_explained_with_the_customers_other_conversations(tmp_path: Path) -> None:
    settings = Settings(ledger=LedgerSettings(url=str(tmp_path / "ledger.sqlite")))
    ledger = Ledger.open(settings.ledger.url)
    ledger.save_conversations(
        [talk("The export is broken", id="mon"), talk("Is there any news on the export problem?", id="fri", start=MONDAY + 4 * DAY)]
    )
    ledger.close()
    _, out, _ = run("fri", settings, now=MONDAY + 4 * DAY + HOUR, text_only=False)
    assert "history" in {signal["kind"] for signal in json.loads(out)["signals"]}
    with pytest.raises(ConfigError, match="no conversation with this id"):
        run("sun", settings)


def test_one_of_somebody_elses_ledger_is_explained() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ledger.sqlite"
        with closing(Ledger.open(str(path))) as ledger:
            ledger.save_conversations([talk("The export is broken", id="mon")])
        path.parent.chmod(0o755)
        path.chmod(0o444)
        with without_privileges():
            code, out, _ = run("mon", Settings(ledger=LedgerSettings(url=str(path))))
    assert (code, json.loads(out)["id"]) == (0, "mon")


def test_a_name_that_cannot_be_looked_up_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot be read: File name too long"):
        run("x" * 5000)


def test_without_a_ledger_none_is_made(tmp_path: Path) -> None:
    url = tmp_path / "ledger.sqlite"
    with pytest.raises(ConfigError, match="There is no file 4711"):
        run("4711", Settings(ledger=LedgerSettings(url=str(url))))
    assert not url.exists()


def test_the_reference_rule_hears_no_families() -> None:
    settings = Settings(detection=DetectionSettings(preset="reference"))
    told = json.loads(run("-", settings, stdin=io.StringIO(json.dumps(payload("I am not angry"))))[1])
    assert (told["preset"], told["signals"][0]["kind"], told["ignored"]) == ("reference", "keyword", [])
