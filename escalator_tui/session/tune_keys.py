"""Everything that can be done on the tune screen, once: its keys, footer, help and palette all come from here."""

from __future__ import annotations

from escalator_tui.session.actions import READ_ONLY, Action, Situation


def _saves(on: Situation) -> str:
    return f"{READ_ONLY}: nothing is saved here" if on.read_only else ""


TUNE_ACTIONS: tuple[Action, ...] = (
    Action("up", "up,k", "↑", "line up", "The setting or proposal above.", 4, brief="choose", twin="down"),
    Action("down", "down,j", "↓", "line down", "The setting or proposal below.", 0),
    Action("first", "home,g", "home g", "first line", "The first setting.", 0),
    Action("last", "end,G", "end G", "last line", "The last proposal, or setting.", 0),
    Action("less", "left,h,minus", "←", "less", "Takes 0.01 from the setting, or the preset before.", 3, brief="0.01", twin="more"),
    Action("more", "right,l,plus,equals_sign", "→", "more", "Adds 0.01 to the setting, or the next preset.", 0),
    Action("much_less", "H,shift+left", "H", "much less", "Takes 0.05 from it.", 5, brief="0.05", twin="much_more"),
    Action("much_more", "L,shift+right", "L", "much more", "Adds 0.05 to it.", 0),
    Action(
        "set", "enter,space,a", "enter", "set",
        "Asks for the value of the setting, or which preset; takes a proposal over, or takes it back. Nothing is saved by that.", 1,
    ),
    Action("reset", "0,backspace", "0", "as it was", "Takes back the change under the cursor.", 6),
    Action("read_on", "pagedown,ctrl+d", "pgdn", "read on", "More of the conversations that would be decided otherwise.", 0),
    Action("read_back", "pageup,ctrl+u", "pgup", "read back", "Back up in them.", 0),
    Action("save", "w", "w", "save", "Shows what would be written; y there writes it, and it counts at once.", 2, _saves),
    Action("leave", "escape,q,T", "esc", "back", "To the queue. Asks when changes would be lost.", 0),
)  # fmt: skip
