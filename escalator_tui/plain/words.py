"""A row, a conversation and a draft in sentences: everything that the app says with place, glyph or colour is a word here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from escalator_tui.model.assessment import Assessment, Signal
from escalator_tui.model.conversation import Conversation, Part
from escalator_tui.model.decision import Decision, Delivery, Escalation, Texts
from escalator_tui.model.draft import Draft
from escalator_tui.model.kinds import ASIDE, UNDECIDED, AuthorKind, DeliveryState, RowState
from escalator_tui.model.row import Row
from escalator_tui.session.index import Counts
from escalator_tui.session.wording import (
    DELIVERY_NAMES,
    age,
    author_name,
    called,
    clock_time,
    customer_name,
    is_over,
    long_money,
    state_word,
    subject,
    waits,
)

INDENT = "  "
"""Before every line that others wrote, so that none can pass for one of ours."""
NAMED = {RowState.SNOOZED: "snoozed ", RowState.ESCALATED: "escalated, ", RowState.WATCHING: "watching, "}
MOST_REASONS = 3
"""How many a list says; reading the conversation says all."""


def row_line(number: int, row: Row, now: float) -> str:
    """One row of the list: what it needs first, then whose it is."""
    conversation = row.record.conversation
    waiting = waits(conversation, now)
    parts = (
        capital(stands(row, now)),
        f"{row.priority.value}{'' if row.priority_known else ' by default, no company data'}",
        called(conversation),
        subject(conversation),
        f"Score {row.shown_score}",
        "" if waiting is None else f"Waits {age(waiting)}",
        _reasons(row),
    )
    return " ".join((f"{number}.", *(sentence(part) for part in parts if part)))


def stands(row: Row, now: float) -> str:
    """The state as a word, and what matters of it: heard alone, a time or an issue does not tell which state it is of."""
    word = state_word(row, now)
    named = NAMED.get(row.state, "")
    return word if is_over(row) or word.startswith(row.state.value) else f"{named}{word}"


def summary(counts: Counts, shown: int) -> str:
    """How many stand where."""
    failed = f", {counts.failed} not done" if counts.failed else ""
    return f"{counts.need} need you{failed}, {counts.sending} on the way, {counts.watching} watched. {shown} in the list."


def conversation_lines(row: Row, related: Sequence[Row], now: float) -> Iterator[str]:
    """One conversation in full: whose it is, why it scored, what was done, the thread."""
    conversation, assessment = row.record.conversation, row.record.assessment
    account, waiting = conversation.account, waits(conversation, now)
    paid = f"{account.plan or 'plan unknown'}, {long_money(account.mrr)}" if account else "company unknown"
    whose = ", ".join(dict.fromkeys((called(conversation), customer_name(conversation))))
    yield f"{whose}, {paid}, conversation {conversation.id}"
    yield f"Subject: {subject(conversation)}"
    yield f"State: {stands(row, now)}, {row.priority.value}{'' if row.priority_known else ' by default, no company data'}"
    if row.note and row.state in UNDECIDED:
        yield f"Note: {row.note}"
    if row.record.decision and row.state in ASIDE:
        yield _decided(row.record.decision, row.state, now)
    yield "It is the customer's turn" if waiting is None else f"Waits for us {age(waiting)}"
    yield from assessment_lines(assessment, now) if assessment else ()
    yield from delivery_lines(row.record.escalation, now) if row.record.escalation else ()
    for each in related:
        yield f"Same customer: {subject(each.record.conversation)}, {stands(each, now)}"
    yield from thread_lines(conversation, now)


def assessment_lines(assessment: Assessment, now: float) -> Iterator[str]:
    """The score, its signals, and what is missing."""
    yield f"Score {assessment.standing}, sounds {assessment.sentiment.value}"
    yield from signal_lines(assessment.signals)
    if assessment.why_not:
        yield f"Not yet: {assessment.why_not}"
    if assessment.crosses_at is not None:
        yield f"Will need you at {clock_time(assessment.crosses_at, now)} if nobody answers"


def signal_lines(signals: Sequence[Signal]) -> Iterator[str]:
    """Each signal with its weight, strongest first. Words that several signals quote are said once."""
    said: set[str] = set()
    for signal in sorted(signals, key=lambda each: -each.weight):
        kind = signal.kind.replace("_", " ")
        # A signal from behaviour says in its detail all there is to say.
        named = f"{kind}, {signal.detail}" if signal.quote and signal.detail != signal.kind else signal.detail or kind
        yield f"{INDENT}{signal.weight:+.2f} {named}{f': “{signal.quote}”' if signal.quote and signal.quote not in said else ''}"
        said.add(signal.quote)


def delivery_lines(escalation: Escalation, now: float) -> Iterator[str]:
    """What went out, and what did not, with the reason and the cure."""
    yield f"{escalation.actor} escalated this as {escalation.priority.value} {clock_time(escalation.confirmed_at, now)}"
    yield from (f"{INDENT}{delivery_line(each)}" for each in escalation.deliveries)


def delivery_line(delivery: Delivery) -> str:
    """One delivery."""
    named = [delivery.result.get("identifier"), delivery.remark, delivery.channel, delivery.result.get("url")]
    told = ", ".join(str(each) for each in named if each)
    trouble = f". {delivery.error}. {delivery.cure}".rstrip(" .") if delivery.error else ""
    return f"{DELIVERY_NAMES[delivery.kind]}: {delivery.state.value}{f', {told}' if told else ''}{trouble}"


def thread_lines(conversation: Conversation, now: float) -> Iterator[str]:
    """Every message, oldest first."""
    for part in conversation.parts:
        if part.text or part.attachments or part.redacted:
            yield _heading(part, now)
            yield indented("(deleted by a teammate)" if part.redacted else part.text)


def draft_lines(draft: Draft, team: str) -> Iterator[str]:
    """The three texts exactly, and where each goes. `team` is what the Linear team is called, or empty."""
    conversation = draft.row.record.conversation
    unknown = "" if draft.row.priority_known else ", without company data to judge the priority by"
    yield f"This would go out for {called(conversation)}, conversation {conversation.id}, as {draft.priority.value}{unknown}."
    for name, text in _parts(draft.texts, team):
        yield f"{name}:"
        yield indented(text)


def draft_line(number: int, draft: Draft) -> str:
    """What would go out, in short."""
    conversation = draft.row.record.conversation
    parts = (called(conversation), subject(conversation), f"{draft.priority.value}, alert in {draft.texts.slack_channel}")
    return " ".join((f"{number}.", *map(sentence, parts)))


def _parts(texts: Texts, team: str) -> Iterator[tuple[str, str]]:
    yield f"Linear issue{f' in team {team}' if team else ''}, title", texts.linear_title
    yield "Linear issue, text", texts.linear_body
    yield f"Slack message in {texts.slack_channel}", texts.slack_text
    yield "Intercom internal note, not visible to the customer", texts.note_text


def change_lines(old: Draft, new: Draft, now: float) -> Iterator[str]:
    """What is different from what was shown; nothing when the approval stands."""
    if old.holds(new):
        return
    was, is_now = old.row.record.conversation, new.row.record.conversation
    yield f"{called(is_now)} changed since it was shown."
    known = {part.id for part in was.parts}
    for part in is_now.parts:
        if part.id not in known and (part.is_from_customer or part.is_answer):
            yield f"New: {_heading(part, now)}"
            yield indented(part.text)
    if was.state is not is_now.state:
        yield f"The conversation is now {is_now.state.value} at Intercom, it was {was.state.value}."
    before, after = dict(_parts(old.texts, "")), dict(_parts(new.texts, ""))
    yield from (f"Other text: {name}" for name in after if before.get(name) != after[name])


def outcome_line(row: Row, now: float) -> str:
    """What became of a conversation, as news."""
    escalation, decision = row.record.escalation, row.record.decision
    if is_over(row):
        return f"It is {row.record.conversation.state.value} at Intercom."
    if escalation is not None:
        stuck = [each for each in escalation.deliveries if each.state in (DeliveryState.BLOCKED, DeliveryState.UNCERTAIN)]
        return " ".join([f"{capital(stands(row, now))}.", *(f"{delivery_line(each)}." for each in stuck)])
    if row.state is RowState.NEEDS_DECISION and row.note:
        return f"Needs you, {row.note}."
    by = f" by {decision.actor}" if decision is not None else ""
    return f"{capital(stands(row, now))}{by}."


def indented(text: str) -> str:
    """The text with each of its lines set off."""
    return "\n".join(f"{INDENT}{line}" for line in text.split("\n"))


def joined(lines: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)


def _decided(decision: Decision, state: RowState, now: float) -> str:
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{decision.actor} {state.value} this {clock_time(decision.at, now)}{reason}"


def _heading(part: Part, now: float) -> str:
    when = f" {clock_time(part.created_at, now)}" if part.created_at else ""
    note = ", internal note" if part.is_note else "" if part.author.kind is AuthorKind.CUSTOMER else ", support"
    attached = f", {part.attachments} attached" if part.attachments else ""
    return f"{author_name(part)}{note}{when}{attached}:"


def _heard(row: Row) -> list[str]:
    """Why it scores, strongest first. How a message is worded stands in words that tell little by themselves, so that it needs no other."""
    assessment = row.record.assessment
    signals = sorted(assessment.signals, key=lambda each: -each.weight) if assessment else []
    telling = [each for each in signals if each.kind != "wording"]
    return [each.detail or each.kind for each in telling or signals]


def _reasons(row: Row) -> str:
    # Said aloud, a sign without a letter is nothing, and a word that two signals have is said once.
    found = [each for each in _heard(row) if any(map(str.isalnum, each))]
    more = len(found) - MOST_REASONS
    said = dict.fromkeys(word for each in found[:MOST_REASONS] for word in each.split(", "))
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
