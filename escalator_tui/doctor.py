"""`escalator doctor`: one line per thing that must be right, with the cure for what is not. Leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.ledger.locations import is_there, try_creating
from escalator_tui.model.errors import ConfigError, EscalatorError
from escalator_tui.model.text import one_line
from escalator_tui.services.errors import ConnectorInactiveError
from escalator_tui.services.gateway import Services
from escalator_tui.services.linear import Label
from escalator_tui.services.scalekit import SERVICES
from escalator_tui.services.slack import Channel

MOST_NAMED = 8
"""Teams or labels that are named as possible."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `code` is the exit code that a failure calls for, 0 when all is well; `cure` may hold a hint even then."""

    name: str
    said: str
    cure: str = ""
    code: int = 0


def run_doctor(settings: Settings, services: Services, *, as_json: bool, out: TextIO, file: Path | None = None) -> int:
    """Print every check; returns the exit code of the first that failed, 0 when none did. `file` is the configuration file in force."""
    code = 0
    for check in chain(settings_checks(settings, file), _checks(settings, services)):
        code = code or check.code
        print(_as_json(check) if as_json else _as_text(check), file=out, flush=True)
    return code


def _checks(settings: Settings, services: Services) -> Iterator[Check]:
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
        *((("linear", "linear labels", lambda: _labels(settings, services)),) if settings.linear.labels else ()),
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


def settings_checks(settings: Settings, file: Path | None) -> Iterator[Check]:
    """What the settings alone tell, before anything is called."""
    complete = f"complete{f' in {file}' if file else ''}; Intercom at {settings.intercom.url}, preset {settings.detection.preset}"
    yield _judged("configuration", _faults(settings), file, complete)
    yield from (Check("words removed", remark, "Take it out of words_removed, or mend it.") for remark in settings.detection.remarks())
    yield _judged("terminal app", _app_faults(settings.app), file, "keys, theme and views can be used")


def _judged(name: str, faults: Iterable[EscalatorError], file: Path | None, fine: str) -> Check:
    """All that is wrong in one finding, with the file's real name."""
    found = list(faults)
    if not found:
        return Check(name, fine)
    cure = " ".join(dict.fromkeys(each.cure for each in found if each.cure))
    if file:
        cure = cure.replace("config.toml", str(file))
        cure += "" if str(file) in cure else f" The settings are in {file}."
    return Check(name, "; ".join(each.message for each in found), cure, 2)


def _faults(settings: Settings) -> Iterator[EscalatorError]:
    yield from _raised(settings.require_services)
    if settings.scalekit.env_url and not _is_address(settings.scalekit.env_url):
        yield _no_address("SCALEKIT_ENV_URL", settings.scalekit.env_url, "set it to one such as https://acme.scalekit.dev")
    if not _is_address(settings.intercom.url):
        yield _no_address("INTERCOM_BASE_URL", settings.intercom.base_url, "set it to one that begins with https://, or leave it out")


def _no_address(variable: str, given: str, cure: str) -> ConfigError:
    return ConfigError(f"{variable} is {one_line(given)!r}, which is no address", cure=f"{variable}: {cure}.")


def _app_faults(app: AppSettings) -> Iterator[EscalatorError]:
    """What the terminal app would refuse or complain of. Its modules are loaded only for settings that somebody made."""
    if app.keys:
        from escalator_tui.widgets.keymap import keyed

        yield from _raised(lambda: keyed(app.keys))
    if app.theme:
        from textual.theme import BUILTIN_THEMES

        from escalator_tui.widgets.themes import chosen_theme

        yield from _raised(lambda: chosen_theme(app.theme, "", BUILTIN_THEMES))
    if app.views:
        from escalator_tui.session.filtering import check_views

        yield from (ConfigError(said.rstrip("."), cure="Mend [app.views] in config.toml.") for said in check_views(app.views))


def _raised(look: Callable[[], object]) -> Iterator[EscalatorError]:
    try:
        look()
    except EscalatorError as error:
        yield error


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _ledger(settings: Settings) -> str:
    if not is_there(settings.ledger.url):
        try_creating(settings.ledger.url)
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
    given, teams = settings.linear.team_id, services.linear.teams()
    chosen = next((team for team in teams if _is_same(team.id, given)), None)
    if chosen is not None:
        return f"issues go to {chosen.name} ({chosen.key})"
    known = _meant(given, [((team.name, team.key), f"{team.name} ({team.key}) = {team.id}") for team in teams])
    said = f"linear.team_id is {given or 'not set'}, which is no team of this workspace"
    return Check("linear team", said, f"Set linear.team_id (LINEAR_TEAM_ID) to one of: {known}.", 2)


def _labels(settings: Settings, services: Services) -> Check | str:
    labels = services.linear.labels()
    usable = [label for label in labels if label.team is None or _is_same(label.team.id, settings.linear.team_id)]
    found = [(each, next((label for label in labels if _is_same(label.id, each)), None)) for each in settings.linear.labels]
    if all(label in usable for _, label in found):
        return f"issues get {', '.join(_called(label) for _, label in found if label)}"
    missing = [given for given, label in found if label is None]
    said = [f"{', '.join(missing)}, which {'is no id of a label' if len(missing) == 1 else 'are no ids of labels'} here"] if missing else []
    foreign = [(given, label) for given, label in found if label and label not in usable]
    said += [f"{given}, which is {_called(label)}, a label of another team" for given, label in foreign]
    names = [((label.name,), f"{_called(label)} = {label.id}") for label in usable]
    known = "; ".join(dict.fromkeys(_meant(each, names) for each in (*missing, *(label.name for _, label in foreign))))
    cure = f"A label is named by its id there, and is the workspace's or the team's: {known}."
    return Check("linear labels", f"linear.labels has {'; '.join(said)}", cure, 2)


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _called(label: Label) -> str:
    return f"{label.name} ({label.team.key})" if label.team else label.name


def _meant(given: str, known: Sequence[tuple[Sequence[str], str]]) -> str:
    """Of what is known by some names, what is told of those nearest to what was given, or else of the first ones."""
    near = get_close_matches(given.casefold(), {name.casefold(): 0 for names, _ in known for name in names}, n=MOST_NAMED, cutoff=0.6)
    found = [told for names, told in known if not near or any(name.casefold() in near for name in names)]
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return "; ".join(found[:MOST_NAMED]) + more or "none are visible"


def _channels(settings: Settings, services: Services) -> Check | str:
    channels = services.slack.channels()
    # As they are sent to: a name in any case of letters, an id as it is.
    by_name = {name: channel for channel in channels for name in (channel.id, channel.name.casefold())}
    names = [f"#{channel.name}" for channel in channels if not channel.is_archived]
    wanted = dict.fromkeys((settings.slack.escalations, settings.slack.triage))
    found = [_channel(each, by_name.get(each) or by_name.get(each.removeprefix("#").casefold()), names) for each in wanted]
    said, cures, codes = zip(*found, strict=True)
    return Check("slack channels", "; ".join(said), " ".join(filter(None, cures)), max(codes))


def _channel(wanted: str, channel: Channel | None, names: Sequence[str]) -> tuple[str, str, int]:
    """What is said of a channel, the cure, and the exit code. `names` are those it could have been."""
    if channel is None or channel.is_archived:
        near = get_close_matches(f"#{wanted.removeprefix('#')}".casefold(), names, n=3, cutoff=0.6)
        nearest = f" ({' or '.join(near)}?)" if near else ""
        cure = f"Name another channel than {wanted} under [slack]{nearest}, or /invite the app to it if it is private."
        return f"{wanted} is {'archived' if channel else 'not visible'}", cure, 2
    if not channel.is_member:
        return f"{wanted} exists, the app is not in it", f"/invite the app to {wanted}: otherwise a lost answer may not be looked up.", 0
    return f"{wanted} is there and the app is in it", "", 0


def _as_json(check: Check) -> str:
    found = {"event": "check", "name": check.name, "ok": not check.code, "said": check.said, "cure": check.cure}
    return json.dumps(found, ensure_ascii=False)


def _as_text(check: Check) -> str:
    return f"{'✕' if check.code else '✔'} {check.name:<19} {check.said}" + (f"\n  {'':<19} {check.cure}" if check.cure else "")
