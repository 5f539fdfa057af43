"""The effects that come after an escalation, and the tables of all effects.

A comment is recognised by its own id and a priority is a state, so both may be sent again; a reply in the alert's thread is looked for.
"""

from __future__ import annotations

from collections.abc import Callable

from escalator_tui.agent import effects, withdrawal
from escalator_tui.agent.effects import CLOCK_SKEW, LINEAR_PRIORITIES, Job, Result
from escalator_tui.agent.markup import linear_comment, slack_reply, slack_reply_notification
from escalator_tui.model.kinds import DeliveryKind


def comment(job: Job) -> Result:
    """The customer's later messages, on the issue."""
    issue = job.result(DeliveryKind.LINEAR)["id"]
    body = linear_comment(job.delivery.text, job.links)
    job.services.linear.comment(comment_id=job.delivery.ref, issue_id=issue, body=body, before_write=job.before_write)
    return {"comment_id": job.delivery.ref}


def reply(job: Job) -> Result:
    """The customer's later messages, in the alert's thread."""
    alert, text = job.result(DeliveryKind.SLACK), job.delivery.text
    sent = job.services.slack.post(
        channel=alert["channel"],
        thread_ts=alert["ts"],
        text=slack_reply_notification(text, job.delivery.ref),
        blocks=slack_reply(text, job.delivery.ref),
        before_write=job.before_write,
    )
    return {"channel": sent.channel, "ts": sent.ts}


def find_reply(job: Job) -> Result | None:
    """The reply of an earlier attempt, by our reference in the thread: a channel's history does not hold it."""
    alert = job.result(DeliveryKind.SLACK)
    since = (job.delivery.first_attempt_at or job.escalation.confirmed_at) - CLOCK_SKEW
    found = job.services.slack.find(channel=alert["channel"], marker=job.delivery.ref, oldest=since, thread_ts=alert["ts"])
    return None if found is None else {"channel": found.channel, "ts": found.ts}


def raise_priority(job: Job) -> Result:
    """The issue's priority, as the escalation has it by now."""
    issue, priority = job.result(DeliveryKind.LINEAR)["id"], job.escalation.priority
    job.services.linear.set_priority(issue_id=issue, priority=LINEAR_PRIORITIES[priority], before_write=job.before_write)
    return {"priority": priority.value}


SENDERS: dict[DeliveryKind, Callable[[Job], Result]] = {
    **effects.SENDERS,
    DeliveryKind.COMMENT: comment,
    DeliveryKind.REPLY: reply,
    DeliveryKind.RAISE: raise_priority,
    DeliveryKind.ARCHIVE: withdrawal.archive_issue,
    DeliveryKind.STRIKE: withdrawal.strike_alert,
    DeliveryKind.RETRACTION: withdrawal.leave_retraction,
}
FINDERS: dict[DeliveryKind, Callable[[Job], Result | None]] = {
    **effects.FINDERS,
    DeliveryKind.REPLY: find_reply,
    DeliveryKind.RETRACTION: withdrawal.find_retraction,
}
