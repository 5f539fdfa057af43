"""The kinds of things there are: priorities, verbs, states. Apart from the things themselves, so that who only draws loads little."""

from __future__ import annotations

from enum import StrEnum


class AuthorKind(StrEnum):
    """Who wrote a part. Only what a customer wrote is ever scored."""

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """P0 is the most urgent."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Verb(StrEnum):
    """What an actor decided about a conversation."""

    ESCALATE = "escalate"
    DISMISS = "dismiss"
    SNOOZE = "snooze"
    OVERRIDE = "override"
    UNDO = "undo"
    REOPEN = "reopen"


AUTO = "auto"
"""The actor of decisions taken by auto mode."""
SET_ASIDE = {Verb.DISMISS: "dismissed", Verb.SNOOZE: "snoozed", Verb.UNDO: "took back the escalation of"}
"""Decisions that keep a conversation from being escalated, and what is said of who took them. UNDO stands only for a withdrawal."""


class RowState(StrEnum):
    """Where a conversation stands in triage. CHECKING and UNSENT are a front end's own and in no ledger: a lead's approval that is checked
    before it is confirmed, and one that came back.
    """

    WATCHING = "watching"
    NEEDS_DECISION = "needs decision"
    HELD = "held"
    SENDING = "sending"
    ESCALATED = "escalated"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CHECKING = "checking"
    UNSENT = "unsent"


UNDECIDED = (RowState.WATCHING, RowState.NEEDS_DECISION)
APPROVED = (RowState.CHECKING, RowState.UNSENT)
"""By a lead, who has not confirmed it yet."""
ON_THE_WAY = (RowState.HELD, RowState.SENDING)
"""Confirmed, and something is still to be sent without anybody's doing."""
MOVING = (RowState.CHECKING, *ON_THE_WAY)
STUCK = (RowState.FAILED, RowState.UNCERTAIN)
WENT_WRONG = (*STUCK, RowState.UNSENT)
WENT_OUT = (RowState.SENDING, RowState.ESCALATED, *STUCK)
"""Something of it may be at the services."""
ASIDE = (RowState.DISMISSED, RowState.SNOOZED)


class DeliveryKind(StrEnum):
    """One effect at one service."""

    LINEAR = "linear"
    ATTACHMENT = "attachment"
    SLACK = "slack"
    SLACK_EDIT = "slack_edit"
    NOTE = "note"
    TAG = "tag"
    COMMENT = "comment"
    REPLY = "reply"
    RAISE = "raise"
    ARCHIVE = "archive"
    STRIKE = "strike"
    RETRACTION = "retraction"


FOLLOW_UPS = (DeliveryKind.COMMENT, DeliveryKind.REPLY, DeliveryKind.RAISE)
"""What follows a complete escalation: later messages told on the issue and in the alert's thread, and a higher priority."""
AMENDS = (DeliveryKind.ARCHIVE, DeliveryKind.STRIKE, DeliveryKind.RETRACTION)
"""What takes an escalation back that was sent: the issue archived, the alert struck through, a second note."""


class DeliveryState(StrEnum):
    """OWED covers waiting, in flight and to be retried; BLOCKED was refused for good; UNCERTAIN may have happened and nobody can look."""

    OWED = "owed"
    DONE = "done"
    BLOCKED = "blocked"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
