"""Values as a lead reads them: short, right to compare, and a dash for what is unknown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

from escalator_tui.model.kinds import MOVING, WENT_WRONG, AuthorKind, DeliveryKind, DeliveryState, Priority, RowState
from escalator_tui.model.naming import money, subject_of

if TYPE_CHECKING:
    from escalator_tui.model.assessment import Signal
    from escalator_tui.model.conversation import Conversation, Part
    from escalator_tui.model.row import Row

UNKNOWN = "–"
UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NAME = 40
"""Cells of a name that stand in a sentence."""
WORDS = {RowState.NEEDS_DECISION: "needs you", RowState.UNSENT: "not sent"}
MINUTE, HOUR, DAY = 60, 3600, 86400
PRIORITY_GLYPHS = {Priority.P0: "▲▲", Priority.P1: "▲ ", Priority.P2: "· ", Priority.P3: "  "}
DELIVERY_NAMES = {
    DeliveryKind.LINEAR: "Linear issue",
    DeliveryKind.ATTACHMENT: "link to Intercom in Linear",
    DeliveryKind.SLACK: "Slack alert",
    DeliveryKind.SLACK_EDIT: "Linear link in Slack",
    DeliveryKind.NOTE: "Intercom note",
    DeliveryKind.TAG: "Intercom tag",
    DeliveryKind.COMMENT: "comment in Linear",
    DeliveryKind.REPLY: "reply in the Slack thread",
    DeliveryKind.RAISE: "priority in Linear",
    DeliveryKind.ARCHIVE: "issue archived in Linear",
    DeliveryKind.STRIKE: "alert struck through in Slack",
    DeliveryKind.RETRACTION: "second note in Intercom",
}


def short_duration(seconds: float | None) -> str:
    """At most five characters: 41m, 5h12, 1d2h, 26d; – for unknown."""
    if seconds is None:
        return UNKNOWN
    if seconds < HOUR:
        return f"{max(0, int(seconds)) // MINUTE}m"
    if seconds < DAY:
        return f"{int(seconds) // HOUR}h{int(seconds) % HOUR // MINUTE:02d}"
    days, hours = int(seconds) // DAY, int(seconds) % DAY // HOUR
    return f"{days}d{hours}h" if days < 10 and hours else f"{days}d"


def age(seconds: float) -> str:
    """How old data is: 12 s, 6 min, 5 h, 3 days."""
    for size, unit in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {'day' if unit == 'days' and seconds < 2 * DAY else unit}"
    return f"{max(0, int(seconds))} s"


def countdown(seconds: float) -> str:
    """Time left, as 1:48."""
    left = max(0, round(seconds))
    return f"{left // MINUTE}:{left % MINUTE:02d}"


def short_money(amount: float | None) -> str:
    """Monthly revenue in at most four or five characters: 99, 2.4k, 1.2M; – for unknown."""
    if amount is None:
        return UNKNOWN
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if abs(amount) >= size:
            scaled = amount / size
            return f"{scaled:.1f}{unit}" if abs(scaled) < 99.95 else f"{scaled:.0f}{unit}"
    return f"{amount:.0f}"


def long_money(amount: float | None) -> str:
    """Monthly revenue in full, or that it is unknown."""
    return "revenue unknown" if amount is None else money(amount)


def score_bar(score: float, width: int) -> str:
    """The score as a line in half cells, `width` cells at 1.0, never longer; a score above nothing shows at least half a cell."""
    halves = round(min(max(score, 0.0), 1.0) * width * 2) or (1 if score > 0 else 0)
    return "━" * (halves // 2) + "╸" * (halves % 2)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells, cut with … when longer; wide characters are never halved. A joiner at the end would swallow what follows."""
    flat = (" ".join(text.split()) if ("\n" in text or "\t" in text) else text).rstrip("\u200d")
    used = cell_len(flat)
    if used > width:
        return set_cell_size(flat, width - 1).rstrip("\u200d") + "…" if width > 0 else ""
    return " " * (width - used) + flat if right else flat + " " * (width - used)


def cropped(text: str, width: int = NAME) -> str:
    """In a sentence, on one line: all of it, but for a text longer than this, by default than names are."""
    return fit(text, width).rstrip()


def short_id(identity: str) -> str:
    """The first group of an id that nobody reads to the end."""
    return f"{identity[:8]}…" if UUID.fullmatch(identity) else identity


def clock_time(at: float, now: float) -> str:
    """A moment in local time: 14:20 today, Fri 09:12 within a week, else 3 Nov 09:12, with the year when it is not this one."""
    moment, today = (datetime.fromtimestamp(each, tz=UTC).astimezone() for each in (at, now))
    if moment.date() == today.date():
        return f"{moment:%H:%M}"
    if abs(at - now) < 6 * DAY:
        return f"{moment:%a %H:%M}"
    return f"{moment.day} {moment:{'%b' if moment.year == today.year else '%b %Y'} %H:%M}"


def waits(conversation: Conversation, now: float) -> float | None:
    """Seconds the customer has been waiting for us, None when it is not our turn or nobody knows."""
    since = conversation.waiting_since
    if since is not None:
        return max(0.0, now - since)
    first = next((part.created_at for part in conversation.unanswered if part.created_at is not None), None)
    return None if first is None else max(0.0, now - first)


def customer_name(conversation: Conversation) -> str:
    """The customer's name, or the address, or a dash."""
    contact = conversation.contact
    return (contact.name or contact.email) if contact and (contact.name or contact.email) else UNKNOWN


def company_name(conversation: Conversation) -> str:
    """The company's name, or a dash."""
    return (conversation.account.name if conversation.account else "") or UNKNOWN


def called(conversation: Conversation) -> str:
    """What to call a conversation in a sentence: the company, else the customer, else its subject."""
    names = (company_name(conversation), customer_name(conversation), conversation.subject)
    return cropped(next((name for name in names if name and name != UNKNOWN), f"conversation {conversation.id}"))


def called_all(rows: Sequence[Row]) -> str:
    """What to call these rows together: one by its name, several by their number."""
    return called(rows[0].record.conversation) if len(rows) == 1 else f"{len(rows)} conversations"


def subject(conversation: Conversation) -> str:
    """The subject, or the customer's first words when there is none, or a dash."""
    known = conversation.subject or any(part.text for part in conversation.customer_messages)
    return subject_of(conversation) if known else UNKNOWN


def author_name(part: Part) -> str:
    """Who wrote a part, by the first name."""
    fallback = {AuthorKind.CUSTOMER: "Customer", AuthorKind.TEAMMATE: "Support", AuthorKind.BOT: "Bot"}
    return part.author.name.split(" ")[0] or fallback.get(part.author.kind, "Somebody")


def why(row: Row) -> str:
    """The signals in the customer's words, strongest first."""
    return _joined(signal.detail or signal.kind for signal in _strongest_first(row))


def families(row: Row) -> str:
    """The signals by their families, strongest first: short, and to be compared down a column."""
    return _joined(signal.detail if signal.kind == "keyword" else signal.kind.replace("_", " ") for signal in _strongest_first(row))


def _strongest_first(row: Row) -> list[Signal]:
    found = row.record.assessment.signals if row.record.assessment else ()
    return sorted(found, key=lambda each: -each.weight)


def _joined(words: Iterable[str]) -> str:
    return " · ".join(dict.fromkeys(words)) or UNKNOWN


def state_glyph(row: Row) -> str:
    """One cell that tells the state without colour."""
    glyphs = {
        RowState.WATCHING: "·",
        RowState.NEEDS_DECISION: "!",
        **dict.fromkeys(MOVING, "»"),
        RowState.ESCALATED: "✔",
        RowState.DISMISSED: "×",
        RowState.SNOOZED: "z",
        RowState.FAILED: "✕",
        RowState.UNCERTAIN: "?",
        RowState.UNSENT: "!",
    }
    if is_over(row):
        return "✓"
    found = row.record.assessment
    return "◷" if row.state is RowState.WATCHING and found and found.crosses_at is not None else glyphs[row.state]


def state_word(row: Row, now: float) -> str:
    """The state in a few words, with what matters of it: how far, when, where."""
    if is_over(row):
        return " ".join(filter(None, (where_it_went(row).partition(" ")[0], row.record.conversation.state.value)))
    escalation, decision, found = row.record.escalation, row.record.decision, row.record.assessment
    if row.state is RowState.HELD and escalation:
        return f"sends in {max(0, round(escalation.held_until - now))} s"
    if row.state is RowState.SENDING and escalation and escalation.withdrawn_by:
        return "withdrawing"
    if row.state is RowState.SENDING and escalation:
        done = sum(each.state is DeliveryState.DONE for each in escalation.deliveries)
        return f"sending {done}/{len(escalation.deliveries)}"
    if row.state is RowState.ESCALATED and escalation:
        return where_it_went(row) or "escalated"
    if row.state is RowState.SNOOZED and decision and decision.until:
        return f"till {clock_time(decision.until, now)}"
    if row.state is RowState.WATCHING and found and found.crosses_at is not None:
        # By the day when it is not today: the column is narrow, and minutes do not matter so far ahead.
        moment = clock_time(found.crosses_at, now)
        return f"crosses {moment.rpartition(' ')[0] or moment}"
    return "taken back" if row.left_alone else WORDS.get(row.state, row.state.value)


def where_it_went(row: Row) -> str:
    """The Linear issue and the Slack channel of an escalation, as far as they exist."""
    escalation = row.record.escalation
    results = {each.kind: each.result for each in escalation.deliveries if each.state is DeliveryState.DONE} if escalation else {}
    channel = escalation.channel if escalation and DeliveryKind.SLACK in results else ""
    return " ".join(str(each) for each in (results.get(DeliveryKind.LINEAR, {}).get("identifier"), channel) if each)


def issue_url(row: Row) -> str:
    """The address of the Linear issue, empty when there is none."""
    issue = row.record.escalation.delivery(DeliveryKind.LINEAR) if row.record.escalation else None
    return str(issue.result.get("url", "")) if issue and issue.state is DeliveryState.DONE else ""


def is_over(row: Row) -> bool:
    """Closed at Intercom with nothing of ours under way: it leaves the queue."""
    return not row.record.conversation.is_open and row.state not in (*MOVING, *WENT_WRONG)


def ends_at(row: Row) -> float | None:
    """When the row's snooze or hold is over, in unix seconds."""
    if row.state is RowState.SNOOZED and row.record.decision:
        return row.record.decision.until
    return row.record.escalation.held_until if row.state is RowState.HELD and row.record.escalation else None
