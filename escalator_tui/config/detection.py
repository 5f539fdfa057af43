"""The settings of detection, and those of its segments."""

# Without `from __future__ import annotations`: see schema.py.
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, field

from escalator_tui.config.section import Section, env

if TYPE_CHECKING:
    from escalator_tui.model.rules import Segment

CLOSE = 0.75
"""How much alike (by difflib) the names of two families are when one is taken for a slip of the pen."""

Share = Annotated[float, Meta(ge=0, le=1)]


class SegmentSettings(Section, frozen=True):
    """Conversations with rules of their own: those that meet every condition given."""

    name: Annotated[str, Meta(min_length=1)]
    """What `escalator explain` calls it."""
    plans: tuple[str, ...] = ()
    """Condition: the company's plan is one of these, in any case of letters."""
    companies: tuple[str, ...] = ()
    """Condition: the company is one of these, by its name, its id or its e-mail domain."""
    languages: tuple[Literal["en", "es", "fr", "de", "pt"], ...] = ()
    """Condition: the customer writes in one of these languages."""
    categories: tuple[Literal["bug", "billing", "feature_request", "account_issue"], ...] = ()
    """Condition: the conversation is about one of these."""
    preset: Literal["default", "strict", "reference"] | None = None
    """The preset here instead of detection's own."""
    threshold: Annotated[float, Meta(gt=0, le=1)] | None = None
    """The score from which a decision is needed here."""
    max_open_hours: Annotated[float, Meta(gt=0)] | None = None
    """The hours here."""
    max_replies: Annotated[int, Meta(ge=0)] | None = None
    """The replies here."""
    weights: dict[str, Share] = field(default_factory=dict)
    """Weights that hold here, beside those of detection."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words or phrases added here."""
    words_removed: tuple[str, ...] = ()
    """Words or phrases taken out here."""

    def __post_init__(self) -> None:
        """Without a condition it would hold for all, which is what detection itself is for; without a change it would do nothing."""
        if not (self.plans or self.companies or self.languages or self.categories):
            raise ValueError(f"the segment {self.name} has no condition: give it plans, companies, languages or categories")
        changes = (self.preset, self.threshold, self.max_open_hours, self.max_replies)
        if all(each is None for each in changes) and not (self.weights or self.words or self.words_removed):
            raise ValueError(f"the segment {self.name} changes nothing: give it a preset, a threshold, weights, words or another setting")

    @property
    def segment(self) -> "Segment":
        """What detection goes by."""
        from escalator_tui.model.rules import Segment

        return Segment(
            name=self.name,
            plans=_folded(self.plans),
            companies=_folded(self.companies),
            languages=self.languages,
            categories=self.categories,
            preset=self.preset,
            threshold=self.threshold,
            max_open_hours=self.max_open_hours,
            max_replies=self.max_replies,
            weights=tuple(sorted(self.weights.items())),
            words=tuple(sorted(self.words.items())),
            words_removed=self.words_removed,
        )


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({name.casefold() for name in names}))


class DetectionSettings(Section, frozen=True):
    """What counts as a sign of escalation. `escalator backtest` tries a setting on what was recorded."""

    preset: Literal["default", "strict", "reference"] = "default"
    """default: at most 5 % false alarms; strict: at most 2.5 %; reference: the 13 keywords and rules of the published reference agent."""
    threshold: Annotated[float, Meta(gt=0, le=1)] | None = None
    """Score from which a conversation needs a decision. Unset: the preset's own."""
    max_open_hours: Annotated[float, env("ESCALATION_MAX_OPEN_HOURS", gt=0)] = 24.0
    """Hours after which an open conversation counts as open for long."""
    max_replies: Annotated[int, env("ESCALATION_MAX_REPLIES", ge=0)] = 3
    """Customer replies above which a conversation counts as long."""
    weights: dict[str, Share] = field(default_factory=dict)
    """Weight of a signal family by its name, from 0 (off) to 1, such as { churn = 0.5 }."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Words or phrases added to a family, such as { churn = ["offboarding checklist"] }. Another name makes a new family."""
    words_removed: tuple[str, ...] = ()
    """Words or phrases taken out of every family."""
    segments: tuple[SegmentSettings, ...] = ()
    """Rules for some conversations only. Each segment is a table [[detection.segments]] with a name, at least one condition (plans,
    companies, languages, categories) and what it changes (preset, threshold, max_open_hours, max_replies, weights, words,
    words_removed). A conversation that meets several follows them in their order, later ones over earlier ones."""

    def __post_init__(self) -> None:
        """A weight for a family that exists nowhere is a slip of the pen, and so are words for one that is called almost like another."""
        weighed = {*self.weights, *(name for each in self.segments for name in each.weights)}
        worded = {*self.words, *(name for each in self.segments for name in each.words)}
        if weighed or worded:
            from escalator_tui.detect.weights import family_names

            _refuse_unknown(weighed, {*family_names(), *worded})
            _refuse_misspelt(worded - weighed, set(family_names()))
        _refuse_twins(each.name for each in self.segments)
        self._refuse_vain_phrases()

    def remarks(self) -> Iterator[str]:
        """A sentence for everything that is said in vain and harms nothing."""
        if self.words_removed or any(each.words_removed for each in self.segments):
            from escalator_tui.config.phrases import vain_removals
            from escalator_tui.model.rules import Rules

            segments = tuple(each.segment for each in self.segments)
            yield from vain_removals(Rules(words=self.words, words_removed=frozenset(self.words_removed), segments=segments))

    def _refuse_vain_phrases(self) -> None:
        """A phrase that is never found, or always, and one that is taken out again are slips of the pen as well."""
        everywhere: tuple[DetectionSettings | SegmentSettings, ...] = (self, *self.segments)
        if not any(each.words or "" in map(str.strip, each.words_removed) for each in everywhere):
            return
        from escalator_tui.config.phrases import refuse_contradiction, refuse_useless

        for each in everywhere:
            if "" in map(str.strip, each.words_removed):
                raise ValueError("words_removed has '', which is no phrase")
            for family, listed in each.words.items():
                refuse_useless(family, listed)
            refuse_contradiction(each.words, each.words_removed)


def _refuse_twins(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"there are two segments named {name}: give each a name of its own, as `escalator explain` shows it")
        seen.add(name)


def _refuse_unknown(weighed: set[str], known: set[str]) -> None:
    for name in sorted(weighed - known):
        import difflib

        near = difflib.get_close_matches(name, sorted(known), n=1)
        there = f" (did you mean {near[0]}?)" if near else f"; there are {', '.join(sorted(known))}"
        raise ValueError(f"there is no family {name}{there}")


def _refuse_misspelt(worded: set[str], known: set[str]) -> None:
    for name in sorted(worded - known):
        import difflib

        if near := difflib.get_close_matches(name, sorted(known), n=1, cutoff=CLOSE):
            raise ValueError(
                f"there is no family {name} to add words to (did you mean {near[0]}? If {name} is a new one, give it a weight as well)"
            )
