"""What is told of one conversation: whose it is, why it scored, what the customer wrote, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from escalator_tui.model.activity import Background, Past
from escalator_tui.model.kinds import SET_ASIDE, STUCK, UNDECIDED, DeliveryState, RowState, Verb
from escalator_tui.session.wording import (
    DELIVERY_NAMES,
    MINUTE,
    NAME,
    PRIORITY_GLYPHS,
    UNKNOWN,
    age,
    clock_time,
    cropped,
    long_money,
    state_glyph,
    state_word,
    subject,
    waits,
)
from escalator_tui.widgets.thread import hung, last_words, thread_content

if TYPE_CHECKING:
    from textual.geometry import Size

    from escalator_tui.model.assessment import Assessment, Signal
    from escalator_tui.model.conversation import Conversation
    from escalator_tui.model.decision import Decision, Delivery, Escalation
    from escalator_tui.model.row import Row

QUIET = "$foreground-muted"
DELIVERY_LOOKS = {
    DeliveryState.DONE: ("✔", "$text-success"),
    DeliveryState.OWED: ("»", "$text-accent"),
    DeliveryState.BLOCKED: ("✕", "$text-error"),
    DeliveryState.UNCERTAIN: ("?", "$text-warning"),
    DeliveryState.CANCELLED: ("×", QUIET),
}
NOTHING = Background()
DEEP, DEEPER = 4, 8
"""Cells before a delivery, and before a signal's name: what follows on stands below that."""
HEAVIEST = 3
"""Signals that stand before the customer's last words."""
SHORT_NAME = 24
"""Cells of a name where lines are few."""
MOST_RELATED = 10
"""Other conversations of the same customer, around this one in time: the thread stands below them."""
LAST_LINES, LOST = 2, 16
"""Lines that the last words may take, and cells that are lost where they break."""


def detail_content(
    row: Row, related: Sequence[Row], now: float, *, full: bool, background: Background = NOTHING, room: Size | None = None, width: int = 0
) -> Content:
    """Everything known of a row, broken for `width` cells (0: unknown): what weighs most, then what was written, then all the rest. Without
    `full`, of the thread only what a pane holds. With `room`, which the whole does not fit in, the customer's last words stand within it.
    """
    conversation, assessment = row.record.conversation, row.record.assessment
    stuck = row.state in STUCK
    deliveries = [hung(each, DEEP, width) for each in deliveries_block(row.record.escalation, now)]
    # What is not done comes first with its cure: it keeps the customer waiting for all the rest.
    head = Content("\n").join([account_block(row, None if full else room), state_block(row, now), *(deliveries if stuck else ())])
    signals = list(signal_lines(assessment.signals)) if assessment else []
    left = room.height - head.get_height({}, room.width) if room else 0
    first = min(max(left - LAST_LINES, 1), HEAVIEST) if room else 0
    lines = [hung(each, DEEPER, width) for each in signals]
    rest = [
        *((Content.styled("What weighs less", "bold"), *lines[HEAVIEST:]) if lines[HEAVIEST:] else ()),
        *(() if stuck else deliveries),
        *past_block([each for each in background.past if each.at not in _told_already(row)], now),
        *related_block(row, related, background.others, now),
    ]
    blocks = [
        head,
        *(with_last_words(signals[:first], row, now, width) if room else ()),
        *lines[first:HEAVIEST],
        *(outlook_lines(assessment, now) if assessment else ()),
        waiting_block(conversation, now),
        Content(""),
        thread_content(conversation, assessment, int(now // MINUTE) * MINUTE, full=full),
        *rest,
    ]
    return Content("\n").join(blocks)


def account_block(row: Row, room: Size | None = None) -> Content:
    """Who this is and what they pay, then the subject. In little `room` names are shorter and the subject is one line, so that what
    follows is seen.
    """
    conversation = row.record.conversation
    account, contact = conversation.account, conversation.contact
    name = SHORT_NAME if room else NAME
    paid = f"{cropped(account.plan or 'plan unknown', name)} · {long_money(account.mrr)}" if account else "company unknown"
    company, *people = dict.fromkeys(
        each for each in (account.name if account else "", *((contact.name, contact.email) if contact else ()), UNKNOWN) if each
    )
    whose = [cropped(each, name) for each in people if each != UNKNOWN]
    if room and cell_len(" · ".join((cropped(company, name), *whose, paid))) > room.width:
        whose = whose[:1]
    return Content.assemble(
        (cropped(company, name), "bold"),
        *(f" · {each}" for each in whose),
        f" · {paid}",
        "\n",
        (cropped(subject(conversation), room.width) if room else subject(conversation), "bold"),
    )


def state_block(row: Row, now: float) -> Content:
    """Where it stands in triage, its priority and score, and the last decision. Of the note only what is told nowhere else."""
    known = "" if row.priority_known else " (no company data to judge by)"
    news = row.note if row.state in (*UNDECIDED, RowState.UNSENT) else ""
    parts: list[str | tuple[str, str]] = [
        (f"{state_glyph(row)} {state_word(row, now)}", "bold"),
        f" · {PRIORITY_GLYPHS[row.priority].strip()} {row.priority.value}".replace("  ", " "),
        (known, "$text-warning"),
        *(score_parts(row.record.assessment) if row.record.assessment else ()),
        (f" · {news}" if news else "", QUIET),
    ]
    return Content.assemble(*parts, *decision_parts(row.record.decision, now))


def score_parts(assessment: Assessment) -> list[str | tuple[str, str]]:
    """The score and its threshold, and what the customer's words are like."""
    return [
        " · ",
        (assessment.shown_score, "bold $text-warning" if assessment.escalates else "bold"),
        (f" of {assessment.threshold:.2f} · {assessment.category.value.replace('_', ' ')} · sounds {assessment.sentiment.value}", QUIET),
    ]


def decision_parts(decision: Decision | None, now: float) -> list[str | tuple[str, str]]:
    """Who set it aside, when and why."""
    if decision is None or decision.verb not in (Verb.DISMISS, Verb.SNOOZE):
        return []
    reason = f": {decision.reason}" if decision.reason else ""
    return ["\n", (f"{decision.actor} {SET_ASIDE[decision.verb]} this {clock_time(decision.at, now)}{reason}", QUIET)]


def outlook_lines(assessment: Assessment, now: float) -> Iterator[Content]:
    """What is missing to the threshold, and when it will be reached."""
    if assessment.why_not:
        yield Content.styled(f"Not yet: {assessment.why_not}", QUIET)
    if assessment.crosses_at is not None:
        moment = clock_time(assessment.crosses_at, now)
        yield Content.styled(f"◷ Will need you at {moment} if nobody answers", "$text-warning")


def with_last_words(heaviest: Sequence[Content], row: Row, now: float, width: int) -> list[Content]:
    """The heaviest signals, each cut to a line, and the customer's last words."""
    found = row.record.assessment.signals if row.record.assessment else ()
    cut = [each.truncate(width, ellipsis=True) for each in heaviest]
    return [*cut, *last_words(row.record.conversation, found, now, LAST_LINES * width - LOST)]


def signal_lines(signals: Sequence[Signal]) -> Iterator[Content]:
    """Each signal with its weight, strongest first. Words that several signals quote are quoted once."""
    quoted: set[str] = set()
    for signal in sorted(signals, key=lambda each: -each.weight):
        # A signal from behaviour says in its detail all there is to say.
        named = f"{signal.kind.replace('_', ' ')} · {signal.detail}" if signal.quote else signal.detail or signal.kind
        quote = signal.quote if signal.quote not in quoted else ""
        quoted.add(signal.quote)
        yield Content.assemble(
            (f"  {signal.weight:+.2f} ", "$text-accent"),
            signal.kind if signal.detail == signal.kind else named,
            (f"  “{quote}”" if quote else "", "italic " + QUIET),
        )


def waiting_block(conversation: Conversation, now: float) -> Content:
    """How long the customer has been waiting for us, and for how many messages, and the conversation's id at the end."""
    waiting, unanswered = waits(conversation, now), len(conversation.unanswered)
    if waiting is None:
        return Content.styled(f"It is the customer's turn · conversation {conversation.id}", QUIET)
    many = f" · no answer to the last {unanswered} messages" if unanswered > 1 else ""
    return Content.assemble(f"Waits for us {age(waiting)}{many}", (f" · conversation {conversation.id}", QUIET))


def deliveries_block(escalation: Escalation | None, now: float) -> list[Content]:
    """What was sent so far, with links, and what was not, with the reason and the cure."""
    if escalation is None:
        return []
    head = f"{escalation.actor} escalated this as {escalation.priority.value} {clock_time(escalation.confirmed_at, now)}"
    undone_first = sorted(escalation.deliveries, key=lambda each: not each.error)
    return [Content.styled(head, "bold"), *(delivery_line(each, now) for each in undone_first)]


def delivery_line(delivery: Delivery, now: float) -> Content:
    """One delivery."""
    glyph, look = DELIVERY_LOOKS[delivery.state]
    channel = delivery.channel or delivery.result.get("channel")
    named = (delivery.result.get("identifier"), delivery.remark, channel, delivery.result.get("url"))
    told = " · ".join(str(each) for each in named if each)
    again = f" · tries again {clock_time(delivery.due_at, now)}" if delivery.error and delivery.state is DeliveryState.OWED else ""
    return Content.assemble(
        (f"  {glyph} {DELIVERY_NAMES[delivery.kind]}", look),
        (f" · {told}" if told else f" · {delivery.state.value}", QUIET),
        (f"\n    {delivery.error}{again}" if delivery.error else "", "$text-error"),
        (f"\n    {delivery.cure}" if delivery.cure else "", ""),
    )


def related_block(row: Row, related: Sequence[Row], others: Sequence[Conversation], now: float) -> list[Content]:
    """The same customer's other conversations on a time line, with this one in its place. `others` are known though not in the queue."""
    known = {each.id: each.record.conversation for each in related} | {each.id: each for each in others if each.id != row.id}
    if not known:
        return []
    scored, here = {each.id: each for each in related}, row.record.conversation
    talks = sorted((*known.values(), here), key=lambda each: (each.created_at or 0, each.id))
    first = max(0, min(talks.index(here) - MOST_RELATED // 2, len(talks) - MOST_RELATED - 1))
    shown = talks[first : first + MOST_RELATED + 1]
    some = f", the nearest {MOST_RELATED}" if len(shown) < len(talks) else ""
    head = Content.styled(f"Same customer, {len(known)} other{'s' if len(known) > 1 else ''}{some}", "bold")
    return [head, *(related_line(each, scored.get(each.id), each.id == row.id, now) for each in shown)]


def related_line(conversation: Conversation, row: Row | None, here: bool, now: float) -> Content:
    """One of them: when, what about, and how it stands."""
    when = clock_time(conversation.created_at, now) if conversation.created_at else "when unknown"
    if here:
        return Content.assemble((f"▸ {when:<13} ", "$text-accent"), "this one")
    stands = f"{row.shown_score} {state_glyph(row)} {state_word(row, now)}" if row else conversation.state.value
    return Content.assemble((f"  {when:<13} ", QUIET), subject(conversation), (f"  {stands}", QUIET))


def _told_already(row: Row) -> set[float]:
    """The moments of the decisions that stand above by themselves."""
    record = row.record
    shown = record.decision if record.decision and record.decision.verb in (Verb.DISMISS, Verb.SNOOZE) else None
    return {each for each in (shown and shown.at, record.escalation and record.escalation.confirmed_at) if each}


def past_block(past: Sequence[Past], now: float) -> list[Content]:
    """The decisions so far, those taken back among them, newest first."""
    if not past:
        return []
    lines = [Content.styled(f"  {clock_time(each.at, now):<13} {each.actor} {each.what}", QUIET) for each in reversed(past)]
    return [Content.styled("Earlier decisions", "bold"), *lines]
