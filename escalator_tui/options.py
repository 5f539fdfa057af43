"""The options of the command line that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Now = Annotated[int | None, typer.Option(metavar="UNIX_SECONDS", min=0, max=9_999_999_999, help="Score as if it were then.")]
TextOnly = Annotated[bool, typer.Option("--text-only", help="Leave out the signals of time and reply counts.")]
Auto = Annotated[bool, typer.Option("--auto", help="Run headless: decide by itself, ask nothing.")]
Once = Annotated[bool, typer.Option("--once", help="With --auto: one cycle, whatever polling.enabled says.")]
Poll = Annotated[bool, typer.Option("--poll", help="With --auto: repeat every polling.interval_minutes.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --auto: evaluate everything, write to no service.")]
Drain = Annotated[float, typer.Option("--drain", min=0, metavar="SECONDS", help="With --auto: how long to wait for owed deliveries.")]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="The terminal app without any decision.")]
Plain = Annotated[bool, typer.Option("--plain", help="The triage over lines of text: for screen readers, simple terminals, scripts.")]
