"""The pictures of README and docs, made by the app itself in the demo's sandbox.

Run: python tools/pictures.py
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from escalator_tui.agent.cycle import Agent
from escalator_tui.app import EscalatorApp
from escalator_tui.config import load_settings
from escalator_tui.ledger.ledger import Ledger
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.services.gateway import open_services

DOCS = Path(__file__).parents[1] / "docs"
SIZE = (140, 38)


async def the_queue(pilot: Pilot[int]) -> None:
    """The queue as it is after the first look, with one conversation just sent and one dismissed."""
    await pilot.press("down", "down", "down", "e")
    await pilot.pause(1.0)
    await pilot.press("y")
    await pilot.pause(8.0)
    await pilot.press("home")
    await pilot.pause(0.5)


async def the_texts(pilot: Pilot[int]) -> None:
    """What is shown before anything is sent."""
    await pilot.press("e")
    await pilot.pause(1.0)


async def the_conversation(pilot: Pilot[int]) -> None:
    """A conversation with the reasons for its score."""
    await pilot.press("enter")
    await pilot.pause(0.5)


PICTURES: dict[str, Callable[[Pilot[int]], Awaitable[None]]] = {
    "queue": the_queue,
    "send": the_texts,
    "conversation": the_conversation,
}


async def take(name: str) -> None:
    """One picture, from a fresh sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings()
        services = open_services(settings)
        agent = Agent(settings, Ledger.open(str(Path(folder, "ledger.sqlite"))), services)
        app = EscalatorApp(agent, settings, title="acme-support", actor="sam")
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(4.0)
            await PICTURES[name](pilot)
            svg = app.export_screenshot(title="Escalator")
        agent.close()
        services.close()
    # The random id would make a difference where nothing changed, and a picture loads no fonts from the network.
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", re.sub(r"terminal-\d+", "terminal-escalator", svg))
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(f"docs/{name}.svg")


def main() -> int:
    """Take every picture, or those named."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as certificates:
        for name in sys.argv[1:] or PICTURES:
            with SandboxProcess(cert_dir=Path(certificates)) as sandbox:
                os.environ.update(sandbox.env)
                asyncio.run(take(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
