"""Output that may fail without ending the work: a full disk or a reader that went away must not keep an escalation from its team."""

from __future__ import annotations

from typing import TextIO


class SteadyOutput:
    """Writes to `out`; when that fails, says so once on `err` and drops the rest."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out: TextIO | None = out
        self._err = err

    def write(self, line: str) -> None:
        """Write and flush one piece of text."""
        if self._out is None:
            return
        try:
            self._out.write(line)
            self._out.flush()
        except (OSError, ValueError) as error:
            self._out = None
            print(f"escalator: the output cannot be written ({error}); the work goes on without it", file=self._err, flush=True)
