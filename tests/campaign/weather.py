"""What goes wrong at the services while processes are killed: faults of the sandbox under a name each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fault = Mapping[str, Any]

ISSUE = {"service": "linear", "operation": "linear_graphql_query:issueCreate"}
ATTACHMENT = {"service": "linear", "operation": "linear_graphql_query:attachmentCreate"}
ALERT = {"service": "slack", "operation": "slack_send_rich_message"}
NOTE = {"service": "intercom", "operation": "POST /conversations/*/reply"}
TAG = {"service": "intercom", "operation": "POST /conversations/*/tags"}
COMMENT = {"service": "linear", "operation": "linear_graphql_query:commentCreate"}
CHANGE = {"service": "linear", "operation": "linear_graphql_query:issueUpdate"}
ARCHIVE = {"service": "linear", "operation": "linear_graphql_query:issueArchive"}
EDIT = {"service": "slack", "operation": "slack_update_message"}
WRITES = (ISSUE, ATTACHMENT, ALERT, NOTE, TAG, COMMENT, CHANGE, ARCHIVE, EDIT)
"""Replies are sent as alerts are, retractions as notes."""
GATEWAY_PAGE = "<html><head><title>504 Gateway Time-out</title></head><body>nginx</body></html>"

LATENCY = 0.08
"""Seconds every call takes before its effect."""
LATE = 0.25
"""Seconds more that what would double takes before its effect, and again before its answer leaves: time to kill the caller in."""
LANDS_WITHIN = LATENCY + LATE
"""Seconds after which the request of a killed process has taken effect."""

SLOW: tuple[Fault, ...] = tuple(
    {"kind": "delay", "seconds": LATE, "after": after, **where} for where in (ISSUE, ALERT, NOTE, COMMENT) for after in (False, True)
)


@dataclass(frozen=True)
class Weather:
    """`faults` hold all the time; `outages` are services that are down in turns, one step each; `clock` are offsets of the services'
    clocks in seconds, one step each, the last one for good; `options` are the sandbox's; `environ` goes to the agent.
    """

    faults: tuple[Fault, ...] = ()
    outages: tuple[tuple[Fault, ...], ...] = ()
    clock: tuple[float, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)


def _often(kind: str, *where: Fault, probability: float = 0.35, **more: Any) -> tuple[Fault, ...]:
    return tuple({"kind": kind, "probability": probability, **more, **each} for each in where)


def _limits() -> tuple[Fault, ...]:
    forms = [(flavour, delivery) for flavour in ("200", "400", "429") for delivery in ("data", "tool_error")]
    return tuple(
        fault
        for flavour, delivery in forms
        for fault in _often("linear_ratelimited", ISSUE, ATTACHMENT, probability=0.06, flavour=flavour, delivery=delivery)
    )


def _down(service: str) -> tuple[Fault, ...]:
    if service == "intercom":
        return ({"kind": "http", "service": service, "status": 503, "body": GATEWAY_PAGE},)
    return ({"kind": "grpc", "service": service, "code": "UNAVAILABLE"},)


DROPPED = _often("drop_after", *WRITES)
PAGES = _often("http", *WRITES, status=504, body=GATEWAY_PAGE, after=True)
INTERNAL = tuple(each for way in ("data", "tool_error") for each in _often("slack", ALERT, probability=0.25, delivery=way, after=True))

WEATHERS: dict[str, Weather] = {
    "calm": Weather(),
    "dropped": Weather(faults=DROPPED),
    "pages": Weather(faults=PAGES),
    "internal": Weather(faults=INTERNAL),
    "limited": Weather(faults=_limits()),
    "data": Weather(options={"slack_errors": "data", "linear_errors": "data"}, environ={"SLACK_CHANNEL_ESCALATIONS": "#old-support"}),
    "tool-errors": Weather(
        options={"slack_errors": "tool_error", "linear_errors": "tool_error"}, environ={"SLACK_CHANNEL_ESCALATIONS": "#old-support"}
    ),
    "outages": Weather(outages=tuple(_down(each) for each in ("linear", "slack", "intercom", "scalekit"))),
    "clocks": Weather(clock=(-120.0, -60.0, 0.0, 60.0, 120.0)),
    "storm": Weather(
        faults=tuple({**each, "probability": 0.12} for each in (*DROPPED, *PAGES, *INTERNAL)) + _limits(), clock=(-45.0, 0.0, 45.0)
    ),
}
"""By name. `data` and `tool-errors` also post to an archived channel, so that every alert has to take the fallback."""
