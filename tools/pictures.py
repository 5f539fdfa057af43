"""The pictures of README and docs, made by the app itself in the demo's sandbox.

Run: python tools/pictures.py [--png FOLDER] [NAME …]

With --png each is also drawn by Chromium, when it is installed, to be looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import subprocess
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
SIZE = (120, 34)
PIXELS = "1480,900"


async def the_queue(pilot: Pilot[None]) -> None:
    """The queue as it is after the first look, with one conversation just sent and one dismissed."""
    await pilot.press("down", "down", "down", "e")
    await pilot.pause(1.0)
    await pilot.press("y")
    await pilot.pause(8.0)
    await pilot.press("home")
    await pilot.pause(0.5)


async def the_texts(pilot: Pilot[None]) -> None:
    """What is shown before anything is sent."""
    await pilot.press("e")
    await pilot.pause(1.0)


async def the_conversation(pilot: Pilot[None]) -> None:
    """A conversation with the reasons for its score."""
    await pilot.press("enter")
    await pilot.pause(0.5)


async def the_activity(pilot: Pilot[None]) -> None:
    """What was sent, after two escalations."""
    await the_queue(pilot)
    await pilot.press("e")
    await pilot.pause(1.0)
    await pilot.press("y")
    await pilot.pause(3.0)
    await pilot.press("A")
    await pilot.pause(5.0)


async def the_tuning(pilot: Pilot[None]) -> None:
    """Another threshold tried on what people decided."""
    for key in ("e", "y", "d", "1", "e", "y", "d", "2", "e", "y"):
        await pilot.press(key)
        await pilot.pause(1.0)
    await pilot.press("T")
    await pilot.pause(3.0)
    await pilot.press(*"LLLL")
    await pilot.pause(2.0)


async def the_light(pilot: Pilot[None]) -> None:
    """The queue on a light ground."""
    pilot.app.theme = "textual-light"
    await the_queue(pilot)


PICTURES: dict[str, Callable[[Pilot[None]], Awaitable[None]]] = {
    "queue": the_queue,
    "send": the_texts,
    "conversation": the_conversation,
    "activity": the_activity,
    "tune": the_tuning,
    "light": the_light,
}


async def take(name: str) -> None:
    """One picture, from a fresh sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings()
        services = open_services(settings)
        agent = Agent(settings, Ledger.open(str(Path(folder, "ledger.sqlite"))), services)
        app = EscalatorApp(agent, settings, actor="sam")
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


def draw(name: str, folder: Path) -> None:
    """The picture as PNG, by the browser that most people read README in."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print(f"Chromium is not installed, so there is no {name}.png")
        return
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--headless=new", "--no-sandbox", "--hide-scrollbars", f"--window-size={PIXELS}", f"--screenshot={folder / name}.png"]
    subprocess.run([chromium, *options, str(DOCS / f"{name}.svg")], check=True, capture_output=True, timeout=60)  # noqa: S603 - our own picture
    print(f"{folder / name}.png")


def main() -> int:
    """Take every picture, or those named."""
    parser = argparse.ArgumentParser(description="Take the pictures of README and docs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(PICTURES)} (default: all)")
    parser.add_argument("--png", type=Path, metavar="FOLDER", help="draw them there with Chromium, too")
    given = parser.parse_args()
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as certificates:
        for name in given.names or PICTURES:
            with SandboxProcess(cert_dir=Path(certificates)) as sandbox:
                os.environ.update(sandbox.env)
                asyncio.run(take(name))
            if given.png:
                draw(name, given.png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
