"""Detection alone, on one core: conversations of one message a second, before anything is remembered and after, and long messages.

Run: python benchmarks/detection.py [times]

The messages are those of tests/detect/data. Everything is timed in processor time, `times` times (5 when not told), and the best counts:
what else the machine does is not detection's. On one core of a shared machine of two it reads 7,800 a second (bar 5,000, aim 20,000); no
single step takes a tenth of that time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from escalator_tui.detect import assess
from escalator_tui.model.conversation import Conversation
from escalator_tui.model.rules import Rules
from tests.detect.builders import MONDAY, talk

DATA = Path(__file__).resolve().parents[1] / "tests/detect/data"
BAR = 5_000
LONG = (100_000, 1_000_000)
RULES = Rules()


def main() -> int:
    """Print the figures; 1 when fewer messages a second are read than the bar."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    started = seconds(lambda: assessed([talk("Hello")]))
    conversations = [talk(text) for text in messages()]
    first = len(conversations) / seconds(lambda: assessed(conversations))
    later = len(conversations) / min(seconds(lambda: assessed(conversations)) for _ in range(times))
    print(f"what detection knows is read in {started:.2f} s")
    print(f"{len(conversations)} conversations: {first:,.0f} a second at first, {later:,.0f} later (bar {BAR:,})")
    for length in LONG:
        long = [talk(" ".join(messages())[:length])]
        print(f"a message of {length:,} characters: {min(seconds(lambda said=long: assessed(said)) for _ in range(times)) * 1000:.0f} ms")
    return 0 if later >= BAR else 1


def messages() -> Iterator[str]:
    """Both halves of every minimal pair, if they are one message each."""
    for file in sorted(DATA.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from (said for said in (row["escalate"], row["ordinary"]) if isinstance(said, str))


def assessed(conversations: list[Conversation]) -> None:
    """Score them all, with the signals of time."""
    for each in conversations:
        assess(each, (), RULES, MONDAY + 3600)


def seconds(work: Callable[[], object]) -> float:
    """The processor time that some work takes, in seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
