"""The options of the command line that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer


def moment(given: str) -> int:
    """Unix seconds, given as such or as a date in ISO 8601 (UTC unless it says otherwise). Raises BadParameter."""
    from escalator_tui.services.intercom_objects import seconds

    read = 0 if given == "0" else seconds(given)
    if read is None:
        raise typer.BadParameter(f"{given!r} is no moment: give unix seconds, or a date such as 2026-01-31T09:30:00Z")
    return read


Now = Annotated[int | None, typer.Option(metavar="MOMENT", parser=moment, help="Score as if it were then: unix seconds or a date.")]
TextOnly = Annotated[bool, typer.Option("--text-only", help="Leave out the signals of time and reply counts.")]
Auto = Annotated[bool, typer.Option("--auto", help="Run headless: decide by itself, ask nothing.")]
Once = Annotated[bool, typer.Option("--once", help="With --auto: one cycle, whatever polling.enabled says.")]
Poll = Annotated[bool, typer.Option("--poll", help="With --auto: repeat every polling.interval_minutes.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --auto: evaluate everything, write to no service.")]
Drain = Annotated[
    float | None,
    typer.Option("--drain", min=0, metavar="SECONDS", help="With --auto: how long to wait for owed deliveries; 120 unless told."),
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="The terminal app without any decision.")]
Plain = Annotated[bool, typer.Option("--plain", help="The triage over lines of text: for screen readers, simple terminals, scripts.")]
