"""A line of text from one edge of the terminal to the other."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

Piece = tuple[str, str]
"""A few words and their style."""


class Line(Static):
    """Takes as many lines as its style says, whatever it is told: new words are drawn without a new layout, the same words not at all."""

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget's
        super().__init__(id=id, markup=False)

    @property
    def room(self) -> int:
        """Cells of the line: known before the first layout, so that the first picture shows it already."""
        return self.app.size.width

    def tell(self, content: Content) -> None:
        """Draw this, if it is not what stands there."""
        before = self.content
        if not (isinstance(before, Content) and before.is_same(content)):
            self.update(content, layout=False)


def length(pieces: list[Piece]) -> int:
    """Cells these pieces take."""
    return sum(Content(text).cell_length for text, _ in pieces)


def spread(left: list[Piece], right: list[Piece], width: int) -> Content:
    """One line of `width` cells with a margin of one, the left part cut with … when both do not fit."""
    room = max(0, width - length(right) - (4 if right else 2))
    start = Content.assemble(*left).truncate(room, ellipsis=True)
    return Content.assemble(" ", start, " " * (max(0, width - start.cell_length - length(right) - 2)), *right, " ")
