"""What the tune screen draws: the settings with their changes, the proposals, what flips, and the judgement."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.session.tuning import PRESET, THRESHOLD, Tuning
from escalator_tui.session.wording import called, fit, subject

if TYPE_CHECKING:
    from escalator_tui.agent.flips import Flip, Judgement, Replay
    from escalator_tui.agent.proposals import RuleChange

MOST_FLIPS = 200
VERDICTS = {
    True: ("✔ was escalated", "$text-success"),
    False: ("× was dismissed", "$text-error"),
    None: ("· never judged", "$foreground-muted"),
}


def setting_line(tuning: Tuning, name: str, width: int, *, chosen: bool) -> Content:
    """One setting: its value in force, and the one being tried when it differs."""
    before, after = tuning.value(name, tuning.in_force), tuning.value(name, tuning.rules)
    values = f"{before} → {after}" if before != after else after
    label = name if name in (PRESET, THRESHOLD) else f"  {name}"
    look = "bold $text-accent" if before != after else "$foreground-disabled" if tuning.refuse(name) else ""
    return _line(label, values, width, look, chosen=chosen)


def proposal_line(tuning: Tuning, proposal: RuleChange, width: int, *, chosen: bool) -> Content:
    """One proposal, ticked when it is taken over."""
    taken = tuning.holds(proposal)
    tally = f"{proposal.tally.dismissed}/{proposal.tally.judged} ×"
    return _line(f"{'[x]' if taken else '[ ]'} {proposal.title}", tally, width, "bold $text-accent" if taken else "", chosen=chosen)


def _line(label: str, value: str, width: int, look: str, *, chosen: bool) -> Content:
    room = max(1, width - len(value) - 4)
    text = f"{'▌' if chosen else ' '} {fit(label, room)} {value} "
    return Content.styled(text, f"{look} on $primary-muted".strip() if chosen else look)


def indented(text: str, width: int, first: str = "  ") -> str:
    """Words in so many cells, the lines behind the first set in from the edge."""
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent="  ")


def judgement_content(replay: Replay) -> Content:
    """How the rules stand to the lead's own decisions, before and after, and how many conversations they flag."""
    before, after = replay.before, replay.after
    flags = f"flagged {_arrow(str(replay.flags[0]), str(replay.flags[1]))} of {replay.cases}"
    if not before.judged:
        return Content.assemble(flags, "\n", ("no conversation was escalated or dismissed by a person yet", "$foreground-muted"))
    precision, recall = (_arrow(_share(name, before), _share(name, after)) for name in ("precision", "recall"))
    alarms, missed = _arrow(str(before.false_alarms), str(after.false_alarms)), _arrow(str(before.missed), str(after.missed))
    first = Content.assemble((f"precision {precision}   recall {recall}", "bold"), f"   {flags}")
    judged = f"{before.judged} decision{'s' if before.judged > 1 else ''} of people"
    return Content.assemble(first, "\n", (f"by {judged}: false alarms {alarms}, missed {missed}", "$foreground-muted"))


def flips_content(replay: Replay, width: int) -> Content:
    """The conversations that would be decided otherwise."""
    if not replay.flips:
        return Content.styled("No recorded conversation would be decided otherwise.", "$foreground-muted")
    lines = [line for flip in replay.flips[:MOST_FLIPS] for line in _flip_lines(flip, width)]
    if len(replay.flips) > MOST_FLIPS:
        lines.append(Content(f"… and {len(replay.flips) - MOST_FLIPS} more"))
    return Content("\n").join(lines)


def explained(proposal: RuleChange) -> str:
    """What speaks for a proposal and what it would do."""
    before, after = proposal.replay.before, proposal.replay.after
    spared, lost = before.false_alarms - after.false_alarms, after.missed - before.missed
    alarms = f"{spared} false alarm{'s' if spared != 1 else ''} fewer"
    return f"{proposal.title}: {proposal.reason}; {alarms}, {max(lost, 0)} more missed"


def _flip_lines(flip: Flip, width: int) -> Sequence[Content]:
    sign, look = ("▲ newly", "$text-warning") if flip.escalates else ("▽ no longer", "$text-success")
    verdict, colour = VERDICTS[flip.case.verdict]
    talk = flip.case.conversation
    who = fit(f"{called(talk)} · {subject(talk)}", max(8, width - 26))
    why = " · ".join(dict.fromkeys(signal.detail or signal.kind for signal in flip.signals[:3])) or "no signal"
    return (
        Content.assemble((f"{sign:<11} ", f"bold {look}"), f"{flip.scores}  ", who),
        Content.assemble("  ", (fit(why, max(8, width - 20)), "$foreground-muted"), " ", (verdict, colour)),
    )


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _share(name: str, judgement: Judgement) -> str:
    value = judgement.precision if name == "precision" else judgement.recall
    return "–" if value is None else f"{value:.2f}"
