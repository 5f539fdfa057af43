"""The effects that take an escalation back: the issue archived, the alert struck through, a second note."""

from __future__ import annotations

from escalator_tui.agent.effects import CLOCK_SKEW, Job, Result
from escalator_tui.agent.markup import retraction_html, struck_blocks, struck_notification
from escalator_tui.model.kinds import DeliveryKind
from escalator_tui.services import linear_errors
from escalator_tui.services.errors import PermanentError


def archive_issue(job: Job) -> Result:
    """The issue archived. One that somebody deleted is gone already."""
    issue = job.result(DeliveryKind.LINEAR)
    try:
        job.services.linear.archive(issue_id=issue["id"], before_write=job.before_write)
    except PermanentError as error:
        if error.code != linear_errors.NOT_FOUND:
            raise
    return {"identifier": issue.get("identifier", "")}


def strike_alert(job: Job) -> Result:
    """The alert struck through, with who withdrew it."""
    alert = job.escalation.delivery(DeliveryKind.SLACK)
    assert alert is not None  # noqa: S101 - only what was posted is struck
    where = {"channel": alert.result["channel"], "ts": alert.result["ts"]}
    blocks = struck_blocks(job.escalation.texts, job.delivery.text, job.links, alert.ref)
    job.services.slack.update(**where, text=struck_notification(job.delivery.text), blocks=blocks, before_write=job.before_write)
    return where


def leave_retraction(job: Job) -> Result:
    """A second note, which says that the first no longer holds."""
    body = retraction_html(job.delivery.text, job.delivery.ref)
    return {"note_id": job.services.intercom.add_note(job.escalation.conversation_id, body, before_write=job.before_write)}


def find_retraction(job: Job) -> Result | None:
    """The second note of an earlier attempt, by its own reference."""
    since = (job.delivery.first_attempt_at or job.escalation.confirmed_at) - CLOCK_SKEW
    found = job.services.intercom.find_note(job.escalation.conversation_id, job.delivery.ref, since=since)
    return {"note_id": found} if found else None
