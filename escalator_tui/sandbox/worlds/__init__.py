"""What a sandbox holds when it starts."""

from __future__ import annotations

from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.worlds.demo import fill_demo
from escalator_tui.sandbox.worlds.many import fill_many
from escalator_tui.sandbox.worlds.reference import fill_reference


def fill(workspace: Workspace, world: str, seed: int) -> None:
    """Bring the world into the workspace: demo, empty, reference, or a number of conversations. Raises ValueError for any other."""
    if world == "demo":
        fill_demo(workspace)
    elif world == "reference":
        fill_reference(workspace)
    elif world.isdecimal():
        fill_many(workspace, int(world), seed)
    elif world != "empty":
        raise ValueError(f"There is no world {world}; there are demo, empty, reference, or a number of conversations")
