"""A replay told: as lines for people, as data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from escalator_tui.agent.flips import Flip, Judgement, Replay
from escalator_tui.model.assessment import Signal
from escalator_tui.model.naming import subject_of
from escalator_tui.model.text import one_line

VERDICTS = {True: "was escalated", False: "was dismissed", None: "was never judged"}
SIGNALS = 3


def flip_data(flip: Flip) -> dict[str, Any]:
    """A flip as one JSON object. `signals` are those of the proposed rules."""
    return {
        "event": "flip",
        "id": flip.case.conversation.id,
        "escalate": flip.escalates,
        "score_before": round(flip.before.score, 4),
        "score_after": round(flip.after.score, 4),
        "threshold_before": flip.before.threshold,
        "threshold_after": flip.after.threshold,
        "signals_before": _signals(flip.before.signals),
        "signals": _signals(flip.after.signals),
        "verdict": None if flip.case.verdict is None else "escalated" if flip.case.verdict else "dismissed",
        "at": flip.case.at,
    }


def replay_data(replay: Replay) -> dict[str, Any]:
    """The totals of a replay."""
    newly = sum(flip.escalates for flip in replay.flips)
    return {
        "conversations": replay.cases,
        "newly": newly,
        "no_longer": len(replay.flips) - newly,
        "escalate_before": replay.flags[0],
        "escalate_after": replay.flags[1],
        "judged": replay.before.judged,
        "before": judgement_data(replay.before),
        "after": judgement_data(replay.after),
    }


def judgement_data(judgement: Judgement) -> dict[str, Any]:
    """Precision and recall with what they are made of; null when there is nothing to reckon with."""
    shares = {name: None if value is None else round(value, 4) for name, value in _shares(judgement)}
    return {**shares, **asdict(judgement)}


def flip_lines(flip: Flip) -> Iterator[str]:
    """A flip for people."""
    sign = "▲ newly    " if flip.escalates else "▽ no longer"
    talk = flip.case.conversation
    company = f"{talk.account.name}: " if talk.account and talk.account.name else ""
    yield f"{sign} {flip.scores}  {one_line(company + subject_of(talk), 70)}  ({VERDICTS[flip.case.verdict]}, id {talk.id})"
    for signal in flip.signals[:SIGNALS]:
        quote = f"  “{signal.quote}”" if signal.quote else ""
        yield f"      {signal.weight:.2f} {signal.kind}: {signal.detail}{quote}"


def total_lines(replay: Replay) -> Iterator[str]:
    """What changes in all, and how the rules stand to people's decisions before and after."""
    newly = sum(flip.escalates for flip in replay.flips)
    before, after = replay.flags
    yield f"{newly} would newly need a decision, {len(replay.flips) - newly} no longer: {before} → {after} of {replay.cases}."
    yield from judgement_lines(replay.before, replay.after)


def judgement_lines(before: Judgement, after: Judgement) -> Iterator[str]:
    """Two judgements side by side."""
    if not before.judged:
        yield "Nothing to judge by: no recorded conversation was escalated or dismissed by a person."
        return
    yes, judged = before.found + before.missed, f"{before.judged} decision{'s' if before.judged > 1 else ''}"
    yield f"Against {judged} of people ({yes} escalated, {before.judged - yes} dismissed):"
    yield f"  precision     {share(before.precision)} → {share(after.precision)}   of those flagged, the share that was escalated"
    yield f"  recall        {share(before.recall)} → {share(after.recall)}   of those escalated, the share that is flagged"
    yield f"  false alarms  {before.false_alarms} → {after.false_alarms},  missed  {before.missed} → {after.missed}"


def share(value: float | None) -> str:
    """A share with two digits, a dash when it is unknown."""
    return "–" if value is None else f"{value:.2f}"


def _shares(judgement: Judgement) -> tuple[tuple[str, float | None], ...]:
    return (("precision", judgement.precision), ("recall", judgement.recall))


def _signals(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    return [{**asdict(signal), "weight": round(signal.weight, 4)} for signal in signals]
