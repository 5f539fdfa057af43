"""The keys at the bottom, as many as there is room for."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from escalator_tui.widgets.actions import ACTIONS, Action, Situation

GAP = "  "


class KeyLine(Static):
    """The most useful keys; those that would be refused now are dimmed. Marks are counted at the end."""

    def __init__(self) -> None:
        super().__init__(id="keys", markup=False)
        self.situation = Situation()
        self.marked = 0

    def show(self, situation: Situation, marked: int) -> None:
        """Draw the keys for what they would act on."""
        self.situation, self.marked = situation, marked
        self.update(keys_content(situation, marked, self.size.width))

    def on_resize(self) -> None:
        """Choose again what there is room for."""
        self.show(self.situation, self.marked)


def keys_content(situation: Situation, marked: int, width: int) -> Content:
    """One line of keys: the order is the registry's, what is left out the least useful."""
    tail = Content.styled(f"{marked} marked ", "bold $text-accent") if marked else Content("")
    room = width - tail.cell_length - 1
    chosen: list[Action] = []
    here = [each for each in ACTIONS if each.rank and (situation.in_queue or not each.queue_only)]
    back = Content("") if situation.in_queue else Content.assemble(("esc", "bold $text-accent"), (f" back{GAP}", "$foreground-muted"))
    if situation.turns:
        back = Content.assemble(back, ("n/N", "bold $text-accent"), (f" next{GAP}", "$foreground-muted"))
    room -= back.cell_length
    for action in sorted(here, key=lambda each: each.rank):
        if sum(_length(each) for each in (*chosen, action)) > room:
            break
        chosen.append(action)
    keys = Content("").join(_key(each, situation) for each in ACTIONS if each in chosen)
    return Content.assemble(" ", back, keys, " " * max(0, room - keys.cell_length), tail)


def _words(action: Action) -> tuple[str, str]:
    key, _, title = (action.brief or f"{action.shown} {action.title}").partition(" ")
    return key, title


def _length(action: Action) -> int:
    key, title = _words(action)
    return len(key) + 1 + len(title) + len(GAP)


def _key(action: Action, situation: Situation) -> Content:
    key, title = _words(action)
    refused = bool(action.refuse(situation))
    return Content.assemble((key, "$foreground-disabled" if refused else "bold $text-accent"), (f" {title}{GAP}", "$foreground-muted"))
