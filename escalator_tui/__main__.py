"""The `escalator` command: runs it, and turns whatever ends it into one sentence and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys

# gRPC writes its own complaints to file descriptor 2, where the terminal app draws. Must be set before grpc is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

INTERRUPTED = 130
GLOBAL_FLAGS = frozenset({"--json", "--verbose", "--version"})
GLOBAL_VALUES = frozenset({"--config", "--profile"})


def main() -> None:
    """Entry point of the console script."""
    code = run(sys.argv[1:])
    # Everything is closed by now; what the interpreter and gRPC would still tear down takes a third of a second.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from escalator_tui.cli import app
    from escalator_tui.model.errors import EscalatorError

    try:
        app(hoisted(arguments), prog_name="escalator")
    except EscalatorError as error:
        print(f"escalator: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("escalator: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


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
