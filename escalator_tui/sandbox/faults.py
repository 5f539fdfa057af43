"""Failures on demand: which call fails, how, and whether before or after its effect."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

SERVICES = ("*", "scalekit", "intercom", "linear", "slack")
KINDS = ("delay", "http", "drop_before", "drop_after", "grpc", "slack", "linear_ratelimited", "tool_error")


@dataclass(slots=True)
class Rule:
    """One failure. It applies to the calls it matches: to the `nth` of them only, to the first `count`, or to each with `probability`."""

    kind: str
    """delay, http, drop_before, drop_after, grpc, slack, linear_ratelimited or tool_error."""
    service: str = "*"
    operation: str = "*"
    """A pattern for the operation as GET /calls shows it, such as `POST /conversations/*/reply` or `linear_graphql_query:issueCreate`."""
    nth: int | None = None
    count: int | None = None
    probability: float = 1.0
    after: bool = False
    """Whether the call takes effect before it fails (a delay: before its answer leaves)."""
    seconds: float = 0.0
    status: int = 500
    body: Any = None
    """Of kind http: a text is sent as HTML, None as an empty body, anything else as JSON."""
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "INTERNAL"
    """Of kinds grpc and tool_error: the gRPC status."""
    error: str = "internal_error"
    """Of kinds slack and tool_error: the service's own error code."""
    message: str = "injected by the sandbox"
    delivery: str = ""
    """Of kinds slack and linear_ratelimited: data or tool_error, when not as the options say."""
    flavour: str = "400"
    """Of kind linear_ratelimited: the HTTP status Linear answers with, 200, 400 or 429."""
    seen: int = 0

    def applies(self, rng: random.Random) -> bool:
        """Whether the rule strikes the next call it matches; counts that call."""
        self.seen += 1
        if self.nth is not None and self.seen != self.nth:
            return False
        if self.count is not None and self.seen > self.count:
            return False
        return self.probability >= 1.0 or rng.random() < self.probability

    def matches(self, service: str, operation: str) -> bool:
        """Whether the call is one of those the rule speaks of."""
        return self.service in ("*", service) and fnmatchcase(operation, self.operation)

    @property
    def takes_effect(self) -> bool:
        """Whether the write is applied before the failure."""
        return self.after or self.kind == "drop_after"


class InjectedError(Exception):
    """A call that a rule made fail; each service answers it in its own way."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.kind)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Fate:
    """What the rules have in store for one call: seconds of delay before and after its effect, and the rule by which it fails."""

    before: float = 0.0
    after: float = 0.0
    failure: Rule | None = None


class Faults:
    """The rules in force."""

    def __init__(self, seed: int = 0) -> None:
        self.rules: list[Rule] = []
        self._rng = random.Random(seed)  # noqa: S311 - failures, not secrets

    def add(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Add rules given as JSON objects; all or none. Raises ValueError with a sentence."""
        self.rules += [_parse(each) for each in rules]

    def clear(self) -> None:
        """No more failures."""
        self.rules.clear()

    def fate_of(self, service: str, operation: str) -> Fate:
        """Delays add up; the first other rule that strikes decides how the call fails."""
        before = after = 0.0
        failure: Rule | None = None
        for rule in self.rules:
            if not rule.matches(service, operation) or not rule.applies(self._rng):
                continue
            if rule.kind != "delay":
                failure = failure or rule
            elif rule.after:
                after += rule.seconds
            else:
                before += rule.seconds
        return Fate(before, after, failure)


def _parse(values: Mapping[str, Any]) -> Rule:
    known = {each.name for each in fields(Rule)} - {"seen"}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"A fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
    if values.get("kind") not in KINDS:
        raise ValueError(f"A fault's kind is one of {', '.join(KINDS)}")
    if values.get("service", "*") not in SERVICES:
        raise ValueError(f"A fault's service is one of {', '.join(SERVICES)}")
    return Rule(**values)
