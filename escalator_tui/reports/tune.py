"""`escalator tune`: what people's decisions say about the settings, and one change of them, when it is accepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TextIO

from escalator_tui.agent.flips import Judgement
from escalator_tui.agent.proposals import ENOUGH, RuleChange, proposals
from escalator_tui.agent.rehearsing import rehearse
from escalator_tui.agent.replay import Rehearsal
from escalator_tui.config import Settings
from escalator_tui.config.saving import ConfigFile
from escalator_tui.model.errors import ConfigError
from escalator_tui.reports.backtest import open_existing
from escalator_tui.reports.replay import judgement_data, replay_data, share


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do about the proposals: `apply` one by its number (from 1), None for none. `accepted` answers the question beforehand;
    `ask` puts a question and returns the answer, None when there is nobody to ask.
    """

    apply: int | None = None
    accepted: bool = False
    ask: Callable[[str], str] | None = None


def run_tune(settings: Settings, file: ConfigFile, wish: Wish, *, as_json: bool, out: TextIO) -> None:
    """Print the proposals, and write one into config.toml when it is accepted. Raises ConfigError."""
    if wish.accepted and wish.apply is None:
        raise ConfigError("--yes accepts a proposal, and none is named", cure="Add --apply and its number.")
    with ExitStack() as stack:
        rehearsal = rehearse(open_existing(settings, stack), settings.rules)
    found = proposals(rehearsal)
    for line in _json_lines(rehearsal, found) if as_json else _text_lines(rehearsal, found):
        out.write(f"{line}\n")
    out.flush()
    chosen = _chosen(found, wish, may_choose=not as_json)
    if chosen is not None:
        _apply(settings, file, chosen, wish, as_json=as_json, out=out)


def _chosen(found: Sequence[RuleChange], wish: Wish, *, may_choose: bool) -> RuleChange | None:
    if wish.apply is not None:
        if not 1 <= wish.apply <= len(found):
            raise ConfigError(f"There is no proposal {wish.apply}", cure="Run `escalator tune` and name one of its numbers.")
        if not wish.accepted and wish.ask is None:
            raise ConfigError("A proposal is applied only when it is accepted, and there is no terminal to ask on", cure="Add --yes.")
        return found[wish.apply - 1]
    if wish.ask is None or not found or not may_choose:
        return None
    answer = wish.ask(f"Apply which one? [1-{len(found)}, enter for none] ").strip()
    return found[int(answer) - 1] if answer.isdecimal() and 1 <= int(answer) <= len(found) else None


def _apply(settings: Settings, file: ConfigFile, chosen: RuleChange, wish: Wish, *, as_json: bool, out: TextIO) -> None:
    edit = file.edit(settings.rules, chosen.rules)
    if not as_json:
        out.write(f"\n{edit.diff}\n")
        out.flush()
    if not wish.accepted and (wish.ask is None or wish.ask("Write this? [y/N] ").strip().casefold() not in ("y", "yes")):
        out.write("" if as_json else "Nothing was written.\n")
        return
    edit.write()
    told = json.dumps({"event": "applied", "kind": chosen.kind, "name": chosen.name, "file": str(edit.path)}, ensure_ascii=False)
    out.write(f"{told}\n" if as_json else f"Wrote {edit.path}. Running agents take it up when they start again.\n")


def _json_lines(rehearsal: Rehearsal, found: Sequence[RuleChange]) -> Iterator[str]:
    for number, each in enumerate(found, 1):
        yield json.dumps({"event": "proposal", "number": number, **_data(each)}, ensure_ascii=False)
    judged = _judged(rehearsal)
    yield json.dumps({"event": "summary", "conversations": len(rehearsal.cases), "judged": judged.judged, **judgement_data(judged)})


def _data(each: RuleChange) -> dict[str, Any]:
    weights = {"weight_before": each.weight[0], "weight_after": each.weight[1]} if each.weight else {}
    tally = {"escalated": each.tally.escalated, "dismissed": each.tally.dismissed, "families": sorted(each.tally.families)}
    return {"kind": each.kind, "name": each.name, **weights, **tally, "replay": replay_data(each.replay)}


def _text_lines(rehearsal: Rehearsal, found: Sequence[RuleChange]) -> Iterator[str]:
    judged = _judged(rehearsal)
    yield f"{len(rehearsal.cases)} recorded conversations, {judged.judged} of them escalated or dismissed by people."
    yield f"Precision {share(judged.precision)}, recall {share(judged.recall)} under the settings in force."
    if not found:
        yield f"No proposal: no phrase and no family with at least {ENOUGH} decisions would spare false alarms without costing escalations."
    for number, each in enumerate(found, 1):
        yield ""
        yield f"{number:>2}  {each.title}: {each.reason}"
        yield f"    {effect(each)}"


def effect(each: RuleChange) -> str:
    """What a proposal changes, in one line."""
    before, after = each.replay.before, each.replay.after
    newly = sum(flip.escalates for flip in each.replay.flips)
    return (
        f"precision {share(before.precision)} → {share(after.precision)} · recall {share(before.recall)} → {share(after.recall)} · "
        f"{len(each.replay.flips) - newly} would no longer need a decision, {newly} newly"
    )


def _judged(rehearsal: Rehearsal) -> Judgement:
    return rehearsal.replay(rehearsal.in_force).before
