"""Other keys for the actions, as `[app].keys` gives them. A slip of the pen is told before the app starts."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping

from msgspec.structs import replace
from textual.keys import KEY_ALIASES, KEY_NAME_REPLACEMENTS, Keys, key_to_character

from escalator_tui.model.errors import ConfigError
from escalator_tui.model.text import one_line
from escalator_tui.session.actions import ACTIONS, Action

# Moving about is no action: it stands here for the help page.
MOVES: tuple[tuple[str, str, str, str], ...] = (
    ("down,j", "cursor_down", "↓ j", "next row"),
    ("up,k", "cursor_up", "↑ k", "previous row"),
    ("pagedown,ctrl+d", "page_down", "pgdn ctrl+d", "a page down"),
    ("pageup,ctrl+u", "page_up", "pgup ctrl+u", "a page up"),
    ("home,g", "top", "home g", "lets new conversations in; the first that needs you, again the first row"),
    ("end,G", "bottom", "end G", "the last row"),
    ("J", "screen.read_on(3)", "J", "reads on in the conversation beside the queue"),
    ("K", "screen.read_on(-3)", "K", "reads back there"),
)
MODIFIERS = frozenset(("ctrl", "alt", "shift", "super", "meta", "hyper"))
KNOWN = frozenset(each.value for each in Keys if "<" not in each.value) - {"return", "ctrl-at"}
CHARACTERS = {chr(code): unicodedata.name(chr(code)).lower().replace("-", "_").replace(" ", "_") for code in range(0x20, 0x7F)}
NAMES = KNOWN | {KEY_NAME_REPLACEMENTS.get(name, name) for each, name in CHARACTERS.items() if not each.isalnum()}
# A terminal sends the same byte for both.
TWINS = {alias: key for key, aliases in KEY_ALIASES.items() for alias in aliases}
# What is pressed everywhere, and the action that may have it all the same.
FIXED = {
    "escape": "", "tab": "", "shift+tab": "", "ctrl+p": "", "ctrl+z": "", "ctrl+c": "quit", "ctrl+q": "quit", "enter": "read",
    **{key: "" for keys, _, _, _ in MOVES for key in keys.split(",")},
}  # fmt: skip
ANSWER = "y"
"""As the key of an action it would, pressed twice, send what nobody read."""
PRINTED = {
    **{KEY_NAME_REPLACEMENTS.get(name, name): each for each, name in CHARACTERS.items() if each != " "},
    "pagedown": "pgdn", "pageup": "pgup", "escape": "esc", "delete": "del", "insert": "ins",
}  # fmt: skip
CURE = "Mend [app.keys] in config.toml: the name of an action, then its keys with commas between them."
TAKEN = "Choose another key in [app.keys] of config.toml."


def keyed(given: Mapping[str, str]) -> tuple[Action, ...]:
    """The registry with these keys (action id to keys, comma-separated as Textual's, empty for none).

    Raises ConfigError for an unknown action, an unknown key, one that acts elsewhere, and a key that two would share.
    """
    ids = [action.id for action in ACTIONS]
    for name in given:
        if name not in ids:
            raise ConfigError(
                f"app.keys: there is no action {one_line(name, 40)}{_nearest(name, ids)}", cure=f"The actions are {', '.join(ids)}."
            )
    actions = tuple(rekeyed(action, given[action.id]) if action.id in given else action for action in ACTIONS)
    _refuse_shared(actions)
    return actions


def rekeyed(action: Action, keys: str) -> Action:
    """The action with these keys, the first of which is shown. Raises ConfigError for a key that does not exist."""
    given = [each.strip() for each in keys.split(",") if each.strip()]
    names = [read_key(each) for each in given]
    if "" in names:
        key = given[names.index("")]
        raise ConfigError(f"app.keys.{action.id}: there is no key {one_line(key, 40)}{_nearest_key(key)}", cure=CURE)
    return replace(action, keys=",".join(dict.fromkeys(names)), shown=printed(names[0]) if names else "")


def read_key(key: str) -> str:
    """Textual's name of a key that is written as it is printed (`?`) or by its name (`question_mark`), with modifiers before it; empty when
    there is no such key.
    """
    head, plus, last = key.rpartition("+") if len(key) > 1 else ("", "", key)
    modifiers, name = sorted(head.lower().split("+")) if plus else [], _name_of(last)
    if not name or not set(modifiers) <= MODIFIERS:
        return ""
    if modifiers == ["shift"] and len(name) == 1:
        return name.upper()
    full = "+".join([*modifiers, name.lower() if modifiers else name])
    return TWINS.get(full, full)


def printed(key: str) -> str:
    """The key as it is shown: `?`, `ctrl+x`, `pgdn`."""
    character = key_to_character(key)
    return PRINTED.get(key, character if character and character.isprintable() and key != "space" else key)


def _name_of(key: str) -> str:
    if len(key) == 1 and key.isprintable():
        return key if key.isalnum() else "space" if key == " " else _character_name(key)
    return key.lower() if key.lower() in NAMES else ""


def _character_name(character: str) -> str:
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _refuse_shared(actions: Iterable[Action]) -> None:
    owners: dict[str, str] = {}
    for action in actions:
        for key in action.keys.split(",") if action.keys else ():
            if FIXED.get(key, action.id) != action.id:
                raise ConfigError(f"app.keys.{action.id}: {printed(key)} moves about, opens or closes on every screen", cure=TAKEN)
            if key == ANSWER:
                raise ConfigError(f"app.keys.{action.id}: {ANSWER} answers questions and sends", cure=TAKEN)
            if (other := owners.setdefault(key, action.id)) != action.id:
                raise ConfigError(f"app.keys: {printed(key)} is the key of {other} and of {action.id}", cure=TAKEN)


def _nearest_key(key: str) -> str:
    head, _, last = key.lower().rpartition("+")
    modifiers = [difflib.get_close_matches(each, sorted(MODIFIERS), n=1, cutoff=0)[0] for each in head.split("+") if each]
    near = [_name_of(last)] if _name_of(last) else difflib.get_close_matches(last, sorted(NAMES), n=1, cutoff=0.5)
    return f" (did you mean {'+'.join([*modifiers, *near])}?)" if near else ""


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""
