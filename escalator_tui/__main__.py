"""The `escalator` command: runs it, and turns whatever ends it into one sentence and an exit code."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from pathlib import Path

# gRPC writes its own complaints to file descriptor 2, where the terminal app draws. Must be set before grpc is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
# Pydantic looks through every installed package for plugins of its own; there are none for us.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

INTERRUPTED = 130
YOUNG_OBJECTS = 100_000
"""How many new objects make Python look for garbage. Libraries, lexicon and thousands of rows live long: looking at all of them again and
again takes a quarter of the time in which detection gets ready, and holds up keys.
"""
GLOBAL_FLAGS = frozenset({"--json", "--verbose", "--version"})
GLOBAL_VALUES = frozenset({"--config", "--profile"})


def main() -> None:
    """Entry point of the console script."""
    gc.set_threshold(YOUNG_OBJECTS)
    _open_streams()
    code = run(sys.argv[1:])
    # Everything is closed by now; what the interpreter and gRPC would still tear down takes a third of a second.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from escalator_tui.model.errors import EscalatorError

    try:
        return _run(arguments)
    except EscalatorError as error:
        print(f"escalator: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("escalator: interrupted", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0


def _run(arguments: list[str]) -> int:
    if not arguments:
        # Nothing to parse: the app comes up without the parser.
        from escalator_tui.launch import Globals, Launch

        return Launch().start(Globals())
    from escalator_tui.cli import app

    app(hoisted(arguments), prog_name="escalator")
    return 0


def _open_streams() -> None:
    """Streams that were closed swallow what is written; characters that an encoding lacks are written as escapes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hoisted(arguments: list[str]) -> list[str]:
    """The arguments with the global options first, since they may stand before or after the command. What follows `--` stays."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments[:end])
    for word in words:
        if word in GLOBAL_FLAGS or word.split("=")[0] in GLOBAL_VALUES:
            front.append(word)
            if word in GLOBAL_VALUES:
                front += [value for value in [next(words, None)] if value is not None]
        else:
            rest.append(word)
    return front + rest + arguments[end:]


if __name__ == "__main__":
    main()
