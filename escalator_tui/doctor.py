"""`escalator doctor`: one line per thing that must be right, with the cure for what is not. Reads only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from escalator_tui.config import Settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.locations import is_there
from escalator_tui.model.errors import EscalatorError
from escalator_tui.services.errors import ConnectorInactiveError
from escalator_tui.services.gateway import Services
from escalator_tui.services.scalekit import SERVICES
from escalator_tui.services.slack import Channel


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `code` is the exit code that a failure calls for, 0 when all is well; `cure` may hold a hint even then."""

    name: str
    said: str
    cure: str = ""
    code: int = 0


def run_doctor(settings: Settings, services: Services, *, as_json: bool, out: TextIO) -> int:
    """Print every check; returns the exit code of the first that failed, 0 when none did."""
    code = 0
    for check in _checks(settings, services):
        code = code or check.code
        print(_as_json(check) if as_json else _as_text(check), file=out, flush=True)
    return code


def _checks(settings: Settings, services: Services) -> Iterator[Check]:
    yield _try("configuration", lambda: _configuration(settings))
    yield _try("ledger", lambda: _ledger(settings))
    credentials = _try("scalekit", lambda: _credentials(services))
    yield credentials
    if credentials.code:
        return
    active = set()
    for service in SERVICES:
        check = _try(service, lambda service=service: _connection(services, service))  # type: ignore[misc]
        yield check
        if not check.code:
            active.add(service)
    for service, name, look in (
        ("intercom", "intercom workspace", lambda: _workspace(services)),
        ("linear", "linear team", lambda: _team(settings, services)),
        ("slack", "slack channels", lambda: _channels(settings, services)),
    ):
        if service in active:
            yield _try(name, look)


def _try(name: str, look: Callable[[], Check | str]) -> Check:
    try:
        found = look()
    except EscalatorError as error:
        return Check(name, error.message, error.cure, error.exit_code)
    return found if isinstance(found, Check) else Check(name, found)


def _configuration(settings: Settings) -> str:
    settings.require_services(linear_team=False)
    return f"complete; Intercom at {settings.intercom.url}, preset {settings.detection.preset}"


def _ledger(settings: Settings) -> str:
    if not is_there(settings.ledger.url):
        return "is not there yet; the first run creates it"
    ledger = Ledger.open(settings.ledger.url)
    try:
        return f"opens, {len(ledger.owed())} deliveries owed"
    finally:
        ledger.close()


def _credentials(services: Services) -> str:
    services.scalekit.connect()
    return "the client id and secret are accepted"


def _connection(services: Services, service: str) -> str:
    status = services.scalekit.status(service)
    if not status.is_active:
        raise ConnectorInactiveError(status.explanation, service=service, cure=status.cure)
    return f"{status.status}; scopes: {', '.join(status.scopes) or 'not told'}"


def _workspace(services: Services) -> str:
    me = services.intercom.me()
    return f"{me.workspace_name} ({me.workspace_id}, region {me.region}), notes are written as {me.admin_name}"


def _team(settings: Settings, services: Services) -> Check | str:
    teams = services.linear.teams()
    chosen = next((team for team in teams if team.id == settings.linear.team_id), None)
    if chosen is not None:
        return f"issues go to {chosen.name} ({chosen.key})"
    known = "; ".join(f"{team.name} = {team.id}" for team in teams) or "none are visible"
    said = f"linear.team_id is {settings.linear.team_id or 'not set'}, which is no team of this workspace"
    return Check("linear team", said, f"Set linear.team_id (LINEAR_TEAM_ID) to one of: {known}.", 2)


def _channels(settings: Settings, services: Services) -> Check | str:
    by_name = {name: channel for channel in services.slack.channels() for name in (channel.id, f"#{channel.name}", channel.name)}
    found = [_channel(wanted, by_name.get(wanted)) for wanted in dict.fromkeys((settings.slack.escalations, settings.slack.triage))]
    said, cures, codes = zip(*found, strict=True)
    return Check("slack channels", "; ".join(said), " ".join(filter(None, cures)), max(codes))


def _channel(wanted: str, channel: Channel | None) -> tuple[str, str, int]:
    """What is said of a channel, the cure, and the exit code."""
    if channel is None or channel.is_archived:
        cure = f"Name another channel than {wanted} under [slack], or /invite the app to it if it is private."
        return f"{wanted} is {'archived' if channel else 'not visible'}", cure, 2
    if not channel.is_member:
        return f"{wanted} exists, the app is not in it", f"/invite the app to {wanted}: otherwise a lost answer may not be looked up.", 0
    return f"{wanted} is there and the app is in it", "", 0


def _as_json(check: Check) -> str:
    found = {"event": "check", "name": check.name, "ok": not check.code, "said": check.said, "cure": check.cure}
    return json.dumps(found, ensure_ascii=False)


def _as_text(check: Check) -> str:
    return f"{'✕' if check.code else '✔'} {check.name:<19} {check.said}" + (f"\n  {'':<19} {check.cure}" if check.cure else "")
