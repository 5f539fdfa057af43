"""The commands, once: what is typed, what help says, and what to say of a line that is none."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from escalator_tui.model.durations import duration, slip
from escalator_tui.model.errors import EscalatorError


class UsageError(EscalatorError):
    """The line cannot be understood; the message says what would be."""


@dataclass(frozen=True)
class Command:
    """One command. `usage` is how it is typed."""

    name: str
    usage: str
    help: str

    @property
    def takes_number(self) -> bool:
        """Whether it cannot do without a conversation."""
        return " N" in self.usage

    @property
    def takes_several(self) -> bool:
        """Whether it acts on as many conversations as are named."""
        return " N ..." in self.usage

    @property
    def takes_nothing_else(self) -> bool:
        """Whether nothing may stand behind the numbers of the conversations."""
        return self.usage.endswith(" N ...")

    @property
    def takes_yes(self) -> bool:
        """Whether it may be answered in its own line: whether it asks, who types it cannot know."""
        return self.name in ("undo", "retry")

    @property
    def stands_alone(self) -> bool:
        """Whether nothing may stand behind it."""
        return " " not in self.usage.partition(",")[0]

    def example(self, *numbers: int) -> str:
        """How it is typed for the conversations with these numbers, without any for the first one."""
        return re.sub(r" \.\.\.|[\[\]]", "", self.usage).replace(" N", f" {' '.join(map(str, numbers or (1,)))}")


COMMANDS = (
    Command("list", "list [HOW MANY]", "What needs you first. A number stays with its conversation."),
    Command("read", "read N", "The conversation, why it scored, and what was done."),
    Command("send", "send N ...", "Shows what would go to Linear, Slack and Intercom, and asks."),
    Command("priority", "priority N ... p0", "Another priority, p0 to p3."),
    Command(
        "dismiss",
        "dismiss N ... [reason]",
        "Not an escalation, until something new happens. Typed without a reason, it offers those used before.",
    ),
    Command("snooze", "snooze N ... 2h", "Not now: 30m, 2h, 3d. Returns earlier when something new happens."),
    Command(
        "undo",
        "undo [N]",
        "Takes back your last decision, or yours on N. What was sent only by its N, after asking, or at once: undo N yes.",
    ),
    Command(
        "retry",
        "retry N ...",
        "Sends again what failed, waits or is uncertain, after looking whether it arrived. retry N yes asks nothing.",
    ),
    Command("arrived", "arrived N ...", "Records that what is uncertain did arrive, as you saw it there. It is not sent again."),
    Command("missing", "missing N ...", "Records that what is uncertain and was withdrawn did not arrive, as you looked there."),
    Command("activity", "activity [N]", "Every outgoing call: outcome, time, what to do. activity undone: only those not done."),
    Command("open", "open N", "Says the conversation's address in Intercom."),
    Command("filter", "filter words", "Only conversations with all these words; without words: all."),
    Command("refresh", "refresh", "Asks Intercom now."),
    Command("wait", "wait [SECONDS]", "Waits until what is on its way has arrived, and for a look that was asked for, with all it sends."),
    Command("auto", "auto on|off", "Auto mode: escalations go out by themselves. Asks first."),
    Command("help", "help, or ?", "This list. An empty line tells the news."),
    Command("quit", "quit", "Leaves. Asks when something is still being sent."),
)
BY_NAME = {command.name: command for command in COMMANDS}
BY_NAME["?"] = BY_NAME["help"]
SEVERAL = "N ... takes several numbers, as in: snooze 1 2 3 2h. Every one is named before you are asked."
YES, NO = ("yes", "y"), ("no", "n")
ANSWERS = "A question takes yes or y, and no or n; whatever else is typed is a no."
NEXT_NUMBER = re.compile(r"([0-9]{1,9})(?:\s+(?!\s|[mhdw]$)|$)", re.IGNORECASE)


def parse(line: str) -> tuple[Command, str]:
    """The command of a line and the rest of it. Raises UsageError."""
    name, _, rest = line.strip().partition(" ")
    command = BY_NAME.get(name.casefold())
    if command is None and name.casefold() in (*YES, *NO):
        raise UsageError(f"Nothing was asked that {name} could answer")
    if command is None:
        near = difflib.get_close_matches(name.casefold(), BY_NAME, n=1, cutoff=0.5)
        told = f"did you mean {near[0]}?" if near else "type help for the commands."
        raise UsageError(f"There is no command {name}: {told}")
    if rest.strip() and command.stands_alone:
        raise UsageError(f"Nothing stands behind {command.name}: type {command.name} alone")
    return command, rest.strip()


def is_command(line: str) -> bool:
    """Whether it begins with the name of a command."""
    return line.strip().partition(" ")[0].casefold() in BY_NAME


def is_number(word: str) -> bool:
    """Whether it can stand for a conversation."""
    return word.isascii() and word.isdigit() and len(word) < 10


def number_of(command: Command, rest: str) -> tuple[int, str]:
    """The number at the front, and what follows. Raises UsageError."""
    word, _, rest = rest.partition(" ")
    if not is_number(word):
        raise UsageError(f"Say which conversation by its number in the list, as in: {command.example()}")
    return int(word), rest.strip()


def numbers_of(command: Command, rest: str) -> tuple[list[int], str]:
    """The numbers at the front, each once, and what follows. One before a unit alone begins a duration, as in 3 d. Raises UsageError."""
    number, rest = number_of(command, rest)
    numbers = [number]
    while found := NEXT_NUMBER.match(rest):
        numbers.append(int(found[1]))
        rest = rest[found.end() :]
    return list(dict.fromkeys(numbers)), rest


def seconds_of(text: str) -> float:
    """A duration such as 30m, 2h, 3d or 1w, in seconds. Raises UsageError."""
    if not (seconds := duration(text)):
        raise UsageError(slip(text))
    return seconds
