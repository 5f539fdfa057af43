"""The effects: one function per kind of delivery, and one that looks for the effect where sending again would double it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from escalator_tui.agent.markup import Links, linear_markdown, linear_title, note_html, slack_blocks, slack_notification
from escalator_tui.agent.permalinks import Permalinks
from escalator_tui.config import Settings
from escalator_tui.model.decision import Delivery, Escalation
from escalator_tui.model.kinds import DeliveryKind, Priority
from escalator_tui.services.gateway import Services
from escalator_tui.services.linear import Issue

LINEAR_PRIORITIES = {Priority.P0: 1, Priority.P1: 2, Priority.P2: 3, Priority.P3: 4}

# How much earlier than our first attempt a message may seem to be, in seconds. Slack's clock is not ours, and a machine whose time zone is
# wrong is off by hours. A day costs a few pages of history, and only where an attempt was in doubt and the message is not there.
CLOCK_SKEW = 86_400.0

_AT_INTERCOM = (DeliveryKind.NOTE, DeliveryKind.TAG, DeliveryKind.RETRACTION)
_AT_SLACK = (DeliveryKind.SLACK, DeliveryKind.SLACK_EDIT, DeliveryKind.REPLY, DeliveryKind.STRIKE)

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery with all that is needed to carry it out. `before_write` is called right before each write and may stop it."""

    delivery: Delivery
    escalation: Escalation
    services: Services
    settings: Settings
    permalinks: Permalinks
    before_write: Callable[[], None]

    def result(self, kind: DeliveryKind) -> Result:
        """What another delivery of the same escalation left, empty while it is not done."""
        other = self.escalation.delivery(kind)
        return other.result if other else {}

    @property
    def links(self) -> Links:
        """Where the copies are that exist by now."""
        issue = self.result(DeliveryKind.LINEAR)
        url = self.services.intercom.conversation_url(self.escalation.conversation_id)
        return Links(url, issue.get("url", ""), issue.get("identifier", ""))

    @property
    def channel(self) -> str:
        """Where the alert goes or went: the approved channel, or the fallback once that one refused."""
        if self.delivery.kind in (DeliveryKind.REPLY, DeliveryKind.SLACK_EDIT, DeliveryKind.STRIKE):
            return self.escalation.channel
        return self.delivery.channel or self.escalation.texts.slack_channel

    @property
    def place(self) -> str:
        """Where the call goes, as far as a rate limit holds: a service, of Slack one channel."""
        if self.delivery.kind in _AT_INTERCOM:
            return "intercom"
        return f"slack:{self.channel}" if self.delivery.kind in _AT_SLACK else "linear"


def create_issue(job: Job) -> Result:
    """The Linear issue. Its id is our reference, so a second attempt finds the first."""
    links = job.links
    issue = job.services.linear.create_issue(
        issue_id=job.delivery.ref,
        team_id=job.settings.linear.team_id,
        title=linear_title(job.escalation.texts),
        description=linear_markdown(job.escalation.texts, links, job.delivery.ref),
        priority=LINEAR_PRIORITIES[job.escalation.priority],
        label_ids=job.settings.linear.labels,
        before_write=job.before_write,
    )
    return _issue(issue, links)


def find_issue(job: Job) -> Result | None:
    """The issue of an earlier attempt. One that somebody threw away since is done too, and the result says so."""
    issue = job.services.linear.find_issue(job.delivery.ref)
    return None if issue is None else _issue(issue, job.links)


def attach(job: Job) -> Result:
    """The conversation's link on the issue. Linear keeps one per address, so it is the address recorded with the issue at every attempt:
    the workspace in it is not known while Intercom is down.
    """
    issue = job.result(DeliveryKind.LINEAR)
    url = issue.get("conversation_url") or job.links.conversation_url
    job.services.linear.attach(issue_id=issue["id"], url=url, title="Intercom conversation", before_write=job.before_write)
    return {"url": url}


def post_alert(job: Job) -> Result:
    """The Slack alert."""
    texts, links = job.escalation.texts, job.links
    blocks = slack_blocks(texts, links, job.delivery.ref, remark=_remark(job.delivery))
    sent = job.services.slack.post(
        channel=job.channel, text=slack_notification(texts, job.delivery.ref), blocks=blocks, before_write=job.before_write
    )
    return _alert(job, sent.channel, sent.ts, linked=bool(links.issue_url))


def find_alert(job: Job) -> Result | None:
    """The alert of an earlier attempt, by our reference in the channel's history."""
    since = (job.delivery.first_attempt_at or job.escalation.confirmed_at) - CLOCK_SKEW
    found = job.services.slack.find(channel=job.channel, marker=job.delivery.ref, oldest=since)
    # Whether that attempt knew the issue is not known any more: without it, an edit follows, which does no harm.
    return None if found is None else _alert(job, found.channel, found.ts, linked=False)


def edit_alert(job: Job) -> Result:
    """The alert again, now with the link to the issue."""
    alert = job.escalation.delivery(DeliveryKind.SLACK)
    assert alert is not None  # noqa: S101 - an edit is only ever owed after an alert
    blocks = slack_blocks(job.escalation.texts, job.links, alert.ref, remark=_remark(alert))
    where = {"channel": alert.result["channel"], "ts": alert.result["ts"]}
    job.services.slack.update(
        **where, text=slack_notification(job.escalation.texts, alert.ref), blocks=blocks, before_write=job.before_write
    )
    return where


def leave_note(job: Job) -> Result:
    """The internal note, with the links to issue and alert."""
    links, alert = job.links, job.result(DeliveryKind.SLACK)
    if alert.get("ts"):
        url = job.permalinks.find(alert["channel"], alert["ts"])
        links = Links(links.conversation_url, links.issue_url, links.issue_name, url, alert["channel_name"])
    body = note_html(job.escalation.texts, links, job.delivery.ref)
    return {"note_id": job.services.intercom.add_note(job.escalation.conversation_id, body, before_write=job.before_write)}


def find_note(job: Job) -> Result | None:
    """The note of an earlier attempt, by our reference in the conversation's parts."""
    since = (job.delivery.first_attempt_at or job.escalation.confirmed_at) - CLOCK_SKEW
    found = job.services.intercom.find_note(job.escalation.conversation_id, job.delivery.ref, since=since)
    return {"note_id": found} if found else None


def put_tag(job: Job) -> Result:
    """The tag; nothing when none is configured any more."""
    name = job.settings.intercom.tag
    if name:
        job.services.intercom.tag(job.escalation.conversation_id, name, before_write=job.before_write)
    return {"tag": name}


SENDERS: dict[DeliveryKind, Callable[[Job], Result]] = {
    DeliveryKind.LINEAR: create_issue,
    DeliveryKind.ATTACHMENT: attach,
    DeliveryKind.SLACK: post_alert,
    DeliveryKind.SLACK_EDIT: edit_alert,
    DeliveryKind.NOTE: leave_note,
    DeliveryKind.TAG: put_tag,
}

# The others may be sent again without harm: the service keeps one of each.
FINDERS: dict[DeliveryKind, Callable[[Job], Result | None]] = {
    DeliveryKind.LINEAR: find_issue,
    DeliveryKind.SLACK: find_alert,
    DeliveryKind.NOTE: find_note,
}


def _issue(issue: Issue, links: Links) -> Result:
    return {**asdict(issue), "conversation_url": links.conversation_url}


def _alert(job: Job, channel: str, ts: str, *, linked: bool) -> Result:
    kept: Result = {name: job.delivery.result[name] for name in ("route", "refused", "refusal") if name in job.delivery.result}
    return {**kept, "channel": channel, "channel_name": job.channel, "ts": ts, "linked": linked}


def _remark(alert: Delivery) -> str:
    refused = alert.result.get("refused")
    return f"Meant for {refused}, which did not take it ({alert.result.get('refusal')})" if refused else ""
