"""The keys at the bottom, as many as there is room for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set

from textual.content import Content
from textual.style import Style

from escalator_tui.session.actions import ACTIONS, Action, Situation
from escalator_tui.widgets.line import Line

GAP = "  "
TALL = 30
"""Lines of a terminal from which on the keys may take two."""


class KeyLine(Line):
    """The most useful keys for what they would act on; a click does what the key does. Marks are counted at the end."""

    auto_links = False  # what can be clicked looks as it did

    def __init__(self, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__("keys")
        self.actions = actions
        self.situation = Situation()
        self.marked = self.hidden = 0

    def show(self, situation: Situation, marked: int, hidden: int = 0) -> None:
        """Draw the keys for what they would act on. Of the marks some are `hidden` by the filter."""
        self.situation, self.marked, self.hidden = situation, marked, hidden
        self.tell(keys_content(situation, marked, self.room, self.actions, lines=self._lines, hidden=hidden))

    def on_mount(self) -> None:
        """Take the lines there are."""
        self._take_lines()

    def on_resize(self) -> None:
        """Choose again what there is room for."""
        self._take_lines()
        self.show(self.situation, self.marked, self.hidden)

    def _take_lines(self) -> None:
        self.styles.height = self._lines
        self.screen.set_class(self._lines > 1, "-two-lines-of-keys")  # what is said stands above them

    @property
    def _lines(self) -> int:
        # Hangs on the terminal alone: nothing moves under the cursor.
        needed = sum(_length(*_words(each, self.actions)) for each in self.actions if each.rank)
        return 2 if self.app.size.height >= TALL and needed > self.room else 1


def keys_content(
    situation: Situation, marked: int, width: int, actions: Sequence[Action] = ACTIONS, *, lines: int = 1, hidden: int = 0
) -> Content:
    """Lines of keys in the registry's order. Help always stands there, a refused key only when no other is left out for it."""
    if situation.typing:
        enter = _key("enter", "once it is mended" if situation.slip else "keep the filter", refused=situation.slip)
        return Content.assemble(" ", enter, GAP, _key("esc", "as before"))
    tail = Content.styled(f" {marked} marked{f', {hidden} hidden' if hidden else ''} ", "bold $text-accent") if marked else Content("")
    back = Content("") if situation.in_queue else _key("esc", situation.back)
    back = Content.assemble(_clickable(back, "simulate_key('escape')", "app"), GAP) if back else back
    if situation.turns:
        back = Content.assemble(back, ("n/N", "bold $text-accent"), (f" next{GAP}", "$foreground-muted"))
    room = width - tail.cell_length - back.cell_length - 1
    words = {each.id: _words(each, actions) for each in actions if _stands(each, situation)}
    refused = {each.id for each in actions if each.id in words and each.refuse(situation)}
    wanted = [each.id for each in sorted(actions, key=lambda each: each.rank) if each.id in words]
    chosen = _chosen(wanted, refused, {each: _length(*words[each]) for each in words}, room, lines)
    keys = {each: _acting(each, _key(*words[each], refused=each in refused)) for each in words}
    drawn = [Content(GAP).join(keys[each] for each in line) for line in chosen] or [Content("")]
    rows = [Content.assemble(" ", " " * back.cell_length if at else back, each) for at, each in enumerate(drawn)]
    first = Content.assemble(rows[0], " " * max(0, width - tail.cell_length - rows[0].cell_length), tail)
    return Content("\n").join([first, *rows[1:]])


def _chosen(wanted: Sequence[str], refused: Set[str], lengths: Mapping[str, int], room: int, lines: int) -> list[list[str]]:
    """Lines of what there is room for, of the most wanted first; refused ones only when all others fit."""
    chosen = ["help"]
    crowded = False
    for each in (*(each for each in wanted if each not in refused and each != "help"), *(each for each in wanted if each in refused)):
        if crowded and each in refused:
            break
        if len(_filled([*chosen, each], lengths, room)) <= lines:
            chosen.append(each)
        else:
            crowded = True
    return _filled(chosen, lengths, room)


def _filled(chosen: Collection[str], lengths: Mapping[str, int], room: int) -> list[list[str]]:
    """The keys in lines, in the registry's order."""
    lines: list[list[str]] = []
    left = 0
    for each, length in lengths.items():
        if each not in chosen:
            continue
        if not lines or length > left + len(GAP):
            lines.append([])
            left = room
        lines[-1].append(each)
        left -= length
    return lines


def _stands(action: Action, situation: Situation) -> bool:
    here = situation.in_queue or action.id in situation.also or not (action.queue_only or action.is_back)
    return bool(action.rank and action.shown) and here


def _words(action: Action, actions: Sequence[Action]) -> tuple[str, str]:
    twin = next((each for each in actions if each.id == action.twin), None)
    keys = "/".join(each for each in (action.shown, twin.shown if twin else "") if each)
    return keys, action.brief or action.title


def _length(key: str, title: str) -> int:
    return len(key) + 1 + len(title) + len(GAP)


def _key(key: str, title: str, *, refused: bool = False) -> Content:
    return Content.assemble((key, "$foreground-disabled" if refused else "bold $text-accent"), (f" {title}", "$foreground-muted"))


def _acting(action_id: str, drawn: Content) -> Content:
    """It does by a click what the key does; a refused one says why not."""
    return _clickable(drawn, f"act('{action_id}')", "screen")


def _clickable(drawn: Content, action: str, of: str) -> Content:
    return drawn.stylize(Style.from_meta({"@click": f"{of}.{action}"}))
