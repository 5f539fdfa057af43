"""`escalator backtest` and `escalator tune` over a small ledger, and over a file."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.config import Settings, load_settings
from escalator_tui.config.saving import ConfigFile
from escalator_tui.config.schema import LedgerSettings
from escalator_tui.ledger import Ledger
from escalator_tui.model.conversation import ConversationState
from escalator_tui.model.decision import Decision
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.kinds import Priority, Verb
from escalator_tui.model.rules import Rules
from escalator_tui.reports.backtest import backtest_file, backtest_ledger
from escalator_tui.reports.tune import Wish, run_tune
from tests.agent.builders import NOW, TEXTS, conversation, part
from tests.ledger.test_ledger_opening import without_privileges
from tests.reports.test_score import conversation as exported

FINE = "Honestly the old export was unacceptable"
CLOSED = ConversationState.CLOSED
MANAGER = "I want to speak to a manager"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Six conversations dismissed, two escalated, one never judged."""
    url = str(tmp_path / "ledger.sqlite")
    with closing(Ledger.open(url, clock=lambda: NOW)) as ledger:
        said = {**{str(at): FINE for at in range(6)}, "50": MANAGER, "51": MANAGER, "60": FINE}
        ledger.save_conversations(
            conversation(part(1, text), id=name, contact=None, account=None, subject="", state=CLOSED) for name, text in said.items()
        )
        for at in range(6):
            ledger.decide(Decision(str(at), Verb.DISMISS, "sam", ledger.now, "fine", customer_part="1"))
        for name in ("50", "51"):
            ledger.confirm(name, priority=Priority.P1, texts=TEXTS, actor="sam", kinds=())
    return Settings(ledger=LedgerSettings(url=url))


def backtest(settings: Settings, proposed: Rules, *, as_json: bool = True, days: float | None = None) -> str:
    out = io.StringIO()
    assert backtest_ledger(settings, proposed, days=days, as_json=as_json, out=out) == 0
    return out.getvalue()


def over_file(text: str, proposed: Rules) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    code = backtest_file("-", Rules(), proposed, as_json=True, out=out, err=err, stdin=io.StringIO(text))
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def tune(settings: Settings, wish: Wish, folder: Path, *, as_json: bool = False) -> str:
    out = io.StringIO()
    run_tune(settings, ConfigFile(folder / "config.toml"), wish, as_json=as_json, out=out)
    return out.getvalue()


def test_flips_and_totals_as_json(settings: Settings) -> None:
    *flips, summary = map(json.loads, backtest(settings, Rules(words_removed=frozenset({"unacceptable"}))).splitlines())
    assert [flip["id"] for flip in flips] == ["0", "1", "2", "3", "4", "5", "60"]
    first = flips[0]
    assert (first["event"], first["escalate"], first["verdict"]) == ("flip", False, "dismissed")
    assert flips[-1]["verdict"] is None
    assert first["score_before"] > 0.4 > first["score_after"]
    assert first["signals_before"][0]["detail"] == "unacceptable"
    assert (summary["event"], summary["conversations"], summary["judged"]) == ("summary", 9, 8)
    assert (summary["no_longer"], summary["newly"], summary["escalate_before"], summary["escalate_after"]) == (7, 0, 9, 2)
    assert summary["before"] == {"precision": 0.25, "recall": 1.0, "found": 2, "missed": 0, "false_alarms": 6, "quiet": 0}
    assert summary["after"]["precision"] == 1.0


def test_the_same_for_people(settings: Settings) -> None:
    told = backtest(settings, Rules(weights={"manager": 0.1, "wording": 0.1}), as_json=False)
    assert told.count("▽ no longer 0.") == 2
    assert "(was escalated, id 50)" in told
    assert "“I want to speak to a manager”" in told
    assert "0 would newly need a decision, 2 no longer: 9 → 7 of 9." in told
    assert "  recall        1.00 → 0.00" in told


def test_without_a_change_it_judges_the_settings_in_force(settings: Settings) -> None:
    (summary,) = map(json.loads, backtest(settings, settings.rules).splitlines())
    assert summary["before"] == summary["after"]


def test_only_the_last_days(settings: Settings) -> None:
    assert json.loads(backtest(settings, Rules(), days=0.0001))["conversations"] == 0
    told = backtest(settings, Rules(), days=0.0001, as_json=False)
    assert "Nothing to judge by" in told


def test_without_a_ledger_none_is_made(tmp_path: Path) -> None:
    settings = Settings(ledger=LedgerSettings(url=str(tmp_path / "none.sqlite")))
    with pytest.raises(ConfigError, match="There is no ledger yet"):
        backtest(settings, Rules())
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_somebody_else_is_replayed(settings: Settings) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ledger.sqlite"
        path.write_bytes(Path(settings.ledger.url).read_bytes())
        path.parent.chmod(0o755)
        path.chmod(0o444)
        theirs = Settings(ledger=LedgerSettings(url=str(path)))
        with without_privileges():
            assert json.loads(backtest(theirs, Rules()).splitlines()[-1])["judged"] == 8
            assert "9 recorded conversations" in tune(theirs, Wish(), path.parent)


def test_a_file_with_labels() -> None:
    labels: list[dict[str, Any]] = [{"label": 1}, {"escalated": False}, {"label": "escalated"}, {"label": "who knows"}]
    text = "".join(json.dumps(exported(at, "This is unacceptable", **label)) + "\n" for at, label in enumerate(labels))
    code, (*flips, summary), err = over_file(text, Rules(threshold=0.99))
    assert (code, len(flips)) == (0, 4)
    assert err.startswith("-: 1 label is not understood and judged nothing, first “who knows” on line 4;")
    assert [flip["verdict"] for flip in flips] == ["escalated", "dismissed", "escalated", None]
    assert summary["before"]["precision"] == round(2 / 3, 4)
    assert summary["after"] == {"precision": None, "recall": 0.0, "found": 0, "missed": 2, "false_alarms": 0, "quiet": 1}


def test_a_bad_line_is_told_and_the_rest_replayed() -> None:
    code, lines, err = over_file(json.dumps(exported(1, "Hello")) + "\n[]x\n", Rules())
    assert (code, lines[-1]["conversations"]) == (1, 1)
    assert err.startswith("-, line 2: ")


def test_a_file_without_a_conversation_says_so() -> None:
    code, (summary,), err = over_file("[]", Rules())
    assert (code, summary["conversations"], err) == (0, 0, "- holds no conversation\n")


def test_proposals_are_numbered_and_nothing_is_written_unasked(settings: Settings, tmp_path: Path) -> None:
    told = tune(settings, Wish(), tmp_path)
    assert "9 recorded conversations, 8 of them escalated or dismissed by people." in told
    assert " 1  remove “unacceptable”: dismissed in 6 of 6 decisions\n" in told
    assert "precision 0.25 → 1.00 · recall 1.00 → 1.00 · 7 would no longer need a decision, 0 newly" in told
    proposal, summary = map(json.loads, tune(settings, Wish(), tmp_path, as_json=True).splitlines())
    assert (proposal["number"], proposal["kind"], proposal["name"], proposal["dismissed"]) == (1, "remove", "unacceptable", 6)
    assert proposal["replay"]["no_longer"] == 7
    assert (summary["event"], summary["judged"], summary["precision"]) == ("summary", 8, 0.25)
    assert not (tmp_path / "config.toml").exists()


def test_a_proposal_that_is_accepted_is_written(settings: Settings, tmp_path: Path) -> None:
    told = tune(settings, Wish(1, accepted=True), tmp_path)
    assert '+words_removed = ["unacceptable"]' in told
    assert load_settings(tmp_path / "config.toml", environ={}).rules.words_removed == {"unacceptable"}
    assert json.loads(tune(settings, Wish(1, accepted=True), tmp_path, as_json=True).splitlines()[-1])["event"] == "applied"


@pytest.mark.parametrize(("answers", "written"), [(["1", "y"], True), (["1", ""], False), ([""], False), (["99"], False), (["²"], False)])
def test_on_a_terminal_it_asks_which_and_whether(settings: Settings, tmp_path: Path, answers: list[str], written: bool) -> None:
    left = iter(answers)
    ask: Callable[[str], str] = lambda _: next(left)  # noqa: E731 - one line, one use
    tune(settings, Wish(ask=ask), tmp_path)
    assert (tmp_path / "config.toml").exists() is written


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish(1), "there is no terminal to ask on"),
        (Wish(9, accepted=True), "There is no proposal 9"),
        (Wish(0, accepted=True), "There is no proposal 0"),
        (Wish(accepted=True), "none is named"),
    ],
)
def test_what_cannot_be_accepted_is_told(settings: Settings, tmp_path: Path, wish: Wish, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        tune(settings, wish, tmp_path)
    assert not (tmp_path / "config.toml").exists()
