"""How much the services take of each text. What is longer would be cut on its way; here it is cut before a lead approves it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from escalator_tui.agent.markup import BODY_CHARACTERS, BODY_LIMIT, BREAK, HEADER_LIMIT, TITLE_LIMIT, cut, quiet, tame, units
from escalator_tui.model.decision import Texts
from escalator_tui.model.text import one_line, sanitise

# More than anybody types, so that what is too long can be counted.
_WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a limit a text takes, in the service's own measure: characters, for Slack UTF-16 units as it gets them."""

    what: str
    used: int
    limit: int

    @property
    def over(self) -> int:
        """By how much it is too long, 0 when it fits."""
        return max(0, self.used - self.limit)


def rooms(field: str, text: str) -> tuple[Room, ...]:
    """What is measured of one text of an escalation, by its name in Texts."""
    if field == "linear_title":
        return (Room("title", units(quiet(one_line(text, _WHOLE))), TITLE_LIMIT),)
    if field == "slack_text":
        title, _, body = sanitise(text, _WHOLE).strip().partition("\n")
        return (
            Room("first line", units(tame(title)), HEADER_LIMIT),
            Room("the rest", units(tame(body.strip("\n"))), BODY_LIMIT),
        )
    return (Room("text", len(sanitise(text, _WHOLE)), BODY_CHARACTERS),)


def fitted(texts: Texts) -> Texts:
    """The texts as the services will show them: safe, and no longer than they take."""
    return Texts(**{field: fit_text(field, text) for field, text in asdict(texts).items()})


def fit_text(field: str, text: str) -> str:
    """One of the texts, by its name in Texts, as its service will show it."""
    if field == "slack_channel":
        return text
    if field == "linear_title":
        return _cut(one_line(text, TITLE_LIMIT), TITLE_LIMIT, quiet)
    if field == "slack_text":
        title, _, body = sanitise(text, _WHOLE).strip().partition("\n")
        lines = (_cut(title, HEADER_LIMIT, tame), _cut(body.strip("\n"), BODY_LIMIT, tame))
        return "\n".join(each for each in lines if each)
    return sanitise(text, BODY_CHARACTERS).strip()


def _cut(text: str, limit: int, secure: Callable[[str], str]) -> str:
    """Cut so that it is within the limit once it is secured. The breaks that secure it are put in again when it is sent."""
    secured = secure(text)
    kept = cut(secured, limit).replace(BREAK, "")
    # A break may have been lost at the cut, and comes again.
    return kept if units(secure(kept)) <= limit else cut(secured, limit - 1).replace(BREAK, "")
