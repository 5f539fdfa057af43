"""What is told of one conversation: whose it is, why it scored, what the customer wrote, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from escalator_tui.model.activity import Background, Past
from escalator_tui.model.kinds import AuthorKind, DeliveryState, RowState, Verb
from escalator_tui.widgets.highlight import highlight
from escalator_tui.widgets.wording import (
    DELIVERY_NAMES,
    PRIORITY_GLYPHS,
    UNKNOWN,
    age,
    author_name,
    clock_time,
    cropped,
    long_money,
    state_glyph,
    state_word,
    subject,
    waits,
)

if TYPE_CHECKING:
    from escalator_tui.model.assessment import Assessment, Signal
    from escalator_tui.model.conversation import Conversation, Part
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
TELLING = (RowState.NEEDS_DECISION, RowState.WATCHING, RowState.UNSENT)
SETTLED = (DeliveryState.DONE, DeliveryState.CANCELLED)
STUCK = (DeliveryState.BLOCKED, DeliveryState.UNCERTAIN)
VERBS = {Verb.DISMISS: "dismissed", Verb.SNOOZE: "snoozed", Verb.OVERRIDE: "changed the priority of"}


def detail_content(row: Row, related: Sequence[Row], now: float, *, full: bool, background: Background = NOTHING) -> Content:
    """Everything known of a row. Without `full`, of the thread only what the customer wrote last."""
    conversation, assessment = row.record.conversation, row.record.assessment
    blocks = [
        account_block(row),
        state_block(row, now),
        *([assessment_block(assessment, now)] if assessment else []),
        waiting_block(conversation, now),
        *deliveries_block(row.record.escalation, now),
        *past_block([each for each in background.past if each.at not in _told_already(row)], now),
        *related_block(row, related, background.others, now),
        Content(""),
        *thread_blocks(conversation, assessment, now, full=full),
    ]
    return Content("\n").join(blocks)


def account_block(row: Row) -> Content:
    """Who this is and what they pay, then the subject."""
    conversation = row.record.conversation
    account, contact = conversation.account, conversation.contact
    paid = f"{cropped(account.plan or 'plan unknown')} · {long_money(account.mrr)}" if account else "company unknown"
    company, *people = dict.fromkeys(
        each for each in (account.name if account else "", *((contact.name, contact.email) if contact else ()), UNKNOWN) if each
    )
    return Content.assemble(
        (cropped(company), "bold"),
        *(f" · {cropped(each)}" for each in people if each != UNKNOWN),
        f" · {paid}",
        (f" · {conversation.id}", QUIET),
        "\n",
        (subject(conversation), "bold"),
    )


def state_block(row: Row, now: float) -> Content:
    """Where it stands in triage and at which priority, with the last decision. Of the note only what nothing else here tells."""
    known = "" if row.priority_known else " (no company data to judge by)"
    news = row.note if row.state in TELLING and not row.note.startswith("crosses") else ""
    parts: list[str | tuple[str, str]] = [
        (f"{state_glyph(row)} {state_word(row, now)}", "bold"),
        f" · {PRIORITY_GLYPHS[row.priority].strip()} {row.priority.value}".replace("  ", " "),
        (known, "$text-warning"),
        (f" · {news}" if news else "", QUIET),
    ]
    return Content.assemble(*parts, *decision_parts(row.record.decision, now))


def decision_parts(decision: Decision | None, now: float) -> list[str | tuple[str, str]]:
    """Who set it aside, when and why."""
    if decision is None or decision.verb not in VERBS:
        return []
    reason = f": {decision.reason}" if decision.reason else ""
    return ["\n", (f"{decision.actor} {VERBS[decision.verb]} this {clock_time(decision.at, now)}{reason}", QUIET)]


def assessment_block(assessment: Assessment, now: float) -> Content:
    """The score, each signal with its weight and the customer's words, and what is missing to the threshold."""
    head = Content.assemble(
        (f"{assessment.score:.2f}", "bold $text-warning" if assessment.escalates else "bold"),
        (f" of {assessment.threshold:.2f}", QUIET),
        (f"   {assessment.category.value.replace('_', ' ')} · sounds {assessment.sentiment.value}", QUIET),
    )
    lines = [head, *signal_lines(assessment.signals)]
    if assessment.why_not:
        lines.append(Content.styled(f"Not yet: {assessment.why_not}", QUIET))
    if assessment.crosses_at is not None:
        moment = clock_time(assessment.crosses_at, now)
        lines.append(Content.styled(f"◷ Will need you at {moment} if nobody answers", "$text-warning"))
    return Content("\n").join(lines)


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
    """How long the customer has been waiting for us, and for how many messages."""
    waiting, unanswered = waits(conversation, now), len(conversation.unanswered)
    if waiting is None:
        return Content.styled("It is the customer's turn", QUIET)
    many = f" · no answer to the last {unanswered} messages" if unanswered > 1 else ""
    return Content.styled(f"Waits for us {age(waiting)}{many}", "")


def deliveries_block(escalation: Escalation | None, now: float) -> list[Content]:
    """What was sent so far, with links, and what was not, with the reason and the cure."""
    if escalation is None:
        return []
    head = f"{escalation.actor} escalated this as {escalation.priority.value} {clock_time(escalation.confirmed_at, now)}"
    lines = [Content.styled(head, "bold"), *(delivery_line(each, now) for each in escalation.deliveries)]
    if any(each.error or each.state in STUCK for each in escalation.deliveries if each.state not in SETTLED):
        lines.append(Content.assemble("    ", ("R", "bold $text-accent"), (" sends again what is not done", QUIET)))
    return lines


def delivery_line(delivery: Delivery, now: float) -> Content:
    """One delivery."""
    glyph, look = DELIVERY_LOOKS[delivery.state]
    channel = delivery.result.get("channel_name") or delivery.result.get("channel")
    told = " · ".join(str(each) for each in (delivery.result.get("identifier"), channel, delivery.result.get("url")) if each)
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
    scored = {each.id: each for each in related}
    talks = sorted((*known.values(), row.record.conversation), key=lambda each: (each.created_at or 0, each.id))
    head = Content.styled(f"Same customer, {len(known)} other{'s' if len(known) > 1 else ''}", "bold")
    return [head, *(related_line(each, scored.get(each.id), each.id == row.id, now) for each in talks)]


def related_line(conversation: Conversation, row: Row | None, here: bool, now: float) -> Content:
    """One of them: when, what about, and how it stands."""
    when = clock_time(conversation.created_at, now) if conversation.created_at else "when unknown"
    if here:
        return Content.assemble((f"▸ {when:<13} ", "$text-accent"), "this one")
    stands = f"{row.score:.2f} {state_glyph(row)} {state_word(row, now)}" if row else conversation.state.value
    return Content.assemble((f"  {when:<13} ", QUIET), subject(conversation), (f"  {stands}", QUIET))


def _told_already(row: Row) -> set[float]:
    """The moments of the decisions that stand above by themselves."""
    record = row.record
    shown = record.decision if record.decision and record.decision.verb in VERBS else None
    return {each for each in (shown and shown.at, record.escalation and record.escalation.confirmed_at) if each}


def past_block(past: Sequence[Past], now: float) -> list[Content]:
    """The decisions so far, those taken back among them, newest first."""
    if not past:
        return []
    lines = [Content.styled(f"  {clock_time(each.at, now):<13} {each.actor} {each.what}", QUIET) for each in reversed(past)]
    return [Content.styled("Earlier decisions", "bold"), *lines]


def thread_blocks(conversation: Conversation, assessment: Assessment | None, now: float, *, full: bool) -> list[Content]:
    """The thread, oldest first, with the words that scored highlighted."""
    signals = assessment.signals if assessment else ()
    said = [part for part in conversation.parts if part.text or part.attachments or part.redacted]
    shown = said if full else (conversation.unanswered or conversation.customer_messages[-1:])
    blocks = [part_block(part, signals, now) for part in shown]
    if full and conversation.total_parts > len(conversation.parts):
        missing = conversation.total_parts - len(conversation.parts)
        blocks.insert(0, Content.styled(f"{missing} earlier entries are not shown: Intercom returns the newest only", QUIET))
    if not full and len(said) > len(shown):
        blocks.append(Content.styled(f"enter reads all {len(said)} messages", QUIET))
    return blocks


def part_block(part: Part, signals: Sequence[Signal], now: float) -> Content:
    """One message: when, who, what."""
    customer = part.author.kind is AuthorKind.CUSTOMER and not part.is_note
    when = clock_time(part.created_at, now) if part.created_at else "when unknown"
    aside = " · internal note, not scored" if part.is_note else "" if customer else " · not scored"
    attached = f" [{part.attachments} attached]" if part.attachments else ""
    text = "(deleted by a teammate)" if part.redacted else part.text
    body = highlight(text, signals if customer and not part.redacted else (), part.id)
    return Content.assemble(
        (f"{when}  ", QUIET),
        (author_name(part), "bold" if customer else QUIET),
        (aside + attached, QUIET),
        "\n",
        body if customer else body.stylize(QUIET),
        "\n",
    )
