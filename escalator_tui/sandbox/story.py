"""Things that happen by themselves: customers write on, teammates answer, new conversations turn up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from escalator_tui.sandbox.intercom.objects import Thread
from escalator_tui.sandbox.intercom.workspace import ADMINS, Workspace

PATIENT = (
    "Thanks, I will try that.",
    "One more thing: does it also work on the mobile app?",
    "That worked, thank you!",
    "I attach the log in a minute.",
    "No hurry, tomorrow is fine too.",
)
IMPATIENT = (
    "Any news on this?",
    "Still nothing? I have been waiting since this morning.",
    "Hello? Is anybody there?",
    "I am getting frustrated, this is the third message without an answer.",
    "This is unacceptable. Please put me through to a manager.",
    "If this is not solved today we will cancel our subscription.",
)
ANSWERS = (
    "Hi {name}, thanks for your patience. I am looking into it right now.",
    "Hi {name}, this should be solved. Could you check on your side?",
    "Hi {name}, I have asked our engineers and will be back within the hour.",
)
NEWCOMERS = (
    ("Dana Quill", "dana@quillworks.example", "Quill Works", "Pro", 180, "Adding a report", "How do I add a report to the start page?"),
    (
        "Marco Bianchi",
        "marco@bianchi.example",
        "Bianchi Caffè",
        "Starter",
        29,
        "Receipt",
        "Could you send me a receipt for the last payment?",
    ),
    (
        "Ingrid Berg",
        "ingrid@nordlys.example",
        "Nordlys Energi",
        "Enterprise",
        5200,
        "Dashboards down again",
        "Our dashboards are down for the second time this week. That is not acceptable at what we pay. Who can I talk to?",
    ),
    (
        "Sofia Costa",
        "sofia@maresia.example",
        "Maresia",
        "Business",
        640,
        "Changing our address",
        "We have moved. Where can I change our address?",
    ),
    (
        "Hank Doyle",
        "hank@doylebros.example",
        "Doyle Bros",
        "Pro",
        120,
        "Charged twice",
        "I was charged twice this month and want a refund. Nobody answers the phone either, I am really annoyed.",
    ),
    ("Mei Tan", "mei@tanlogistics.example", "Tan Logistics", "Business", 900, "API limits", "Which request limits does our plan have?"),
)
OPEN_AT_MOST = 60


class Story:
    """Deterministic for a seed and a world: the steps are the same, only their times differ. `seconds` is the mean pause between two."""

    def __init__(self, workspace: Workspace, seed: int, seconds: float) -> None:
        self._workspace = workspace
        self._rng = random.Random(seed)  # noqa: S311 - a story, not a secret
        self._seconds = seconds
        self._newcomers = 0
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Go on by itself from now on."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def end(self) -> None:
        """Stop where it is."""
        if self._task:
            self._task.cancel()
        self._task = None

    def step(self) -> str:
        """One thing happens. Returns it in a sentence."""
        threads = [each for each in self._workspace.threads.values() if each.state == "open"]
        acts: list[tuple[int, Callable[[list[Thread]], str]]] = [(6, self._write_on), (3, self._answer), (1, self._close)]
        if not threads or (len(threads) < OPEN_AT_MOST and self._rng.random() < 0.15):
            return self._arrive()
        act = self._rng.choices(acts, [weight for weight, _ in acts])[0][1]
        return act(threads)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds * self._rng.uniform(0.5, 1.5))
            self.step()

    def _write_on(self, threads: list[Thread]) -> str:
        waiting = [each for each in threads if each.waiting_since]
        # Those who wait are the ones who write again, and they grow sharper with every message.
        if waiting and self._rng.random() < 0.6:
            thread = self._rng.choice(waiting)
            text = IMPATIENT[min(_unanswered(thread) - 1, len(IMPATIENT) - 1)]
        else:
            thread, text = self._rng.choice(threads), self._rng.choice(PATIENT)
        self._workspace.say(thread, f"<p>{text}</p>")
        return f"{thread.opener.name} wrote: {text}"

    def _answer(self, threads: list[Thread]) -> str:
        thread, admin = self._rng.choice(threads), self._rng.choice(ADMINS[1:])
        text = self._rng.choice(ANSWERS).format(name=thread.opener.name.split()[0])
        self._workspace.answer(thread, f"<p>{text}</p>", admin=admin)
        return f"{admin.name} answered {thread.opener.name}"

    def _close(self, threads: list[Thread]) -> str:
        answered = [each for each in threads if not each.waiting_since]
        if not answered:
            return self._answer(threads)
        thread = self._rng.choice(answered)
        self._workspace.move(thread, "closed")
        return f"{thread.opener.name}'s conversation was closed"

    def _arrive(self) -> str:
        person, email, name, plan, spend, subject, text = NEWCOMERS[self._newcomers % len(NEWCOMERS)]
        self._newcomers += 1
        contact = self._workspace.add_contact(person, email, self._workspace.add_company(name, plan, spend))
        self._workspace.open_thread(contact, f"<p>{text}</p>", subject=subject)
        return f"{person} opened a conversation: {subject}"


def _unanswered(thread: Thread) -> int:
    """Customer messages since the last answer, the opening one included."""
    count = 0
    for part in reversed(thread.parts):
        if part.author.type == "admin" and part.kind != "note":
            return max(count, 1)
        count += part.author.type == "user"
    return count + 1
