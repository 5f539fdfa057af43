"""The settings of detection: what counts as a sign of escalation, for all conversations and for some."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from escalator_tui.config.section import Section, env
from escalator_tui.model.rules import Segment


class SegmentSettings(Section):
    """Conversations with rules of their own: those that meet every condition given."""

    name: str = Field(min_length=1)
    """What `escalator explain` calls it."""
    plans: tuple[str, ...] = ()
    """Condition: the company's plan is one of these, in any case of letters."""
    companies: tuple[str, ...] = ()
    """Condition: the company is one of these, by its name, its id or its e-mail domain."""
    languages: tuple[Literal["en", "es", "fr", "de", "pt"], ...] = ()
    """Condition: the customer writes in one of these languages."""
    categories: tuple[Literal["bug", "billing", "feature_request", "account_issue"], ...] = ()
    """Condition: the conversation is about one of these."""
    preset: Literal["default", "strict"] | None = None
    """The preset here instead of detection's own."""
    threshold: float | None = Field(default=None, gt=0, le=1)
    """The score from which a decision is needed here."""
    max_open_hours: float | None = Field(default=None, gt=0)
    """The hours here."""
    max_replies: int | None = Field(default=None, ge=0)
    """The replies here."""
    weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Weights that hold here, beside those of detection."""
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Words or phrases added here."""
    words_removed: tuple[str, ...] = ()
    """Words or phrases taken out here."""

    @model_validator(mode="after")
    def _have_a_condition(self) -> Self:
        """Without one it would hold for all, which is what detection itself is for."""
        if not (self.plans or self.companies or self.languages or self.categories):
            raise ValueError(f"the segment {self.name} has no condition: give it plans, companies, languages or categories")
        return self

    @property
    def segment(self) -> Segment:
        """What detection goes by."""
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


class DetectionSettings(Section):
    """What counts as a sign of escalation. `escalator backtest` tries a setting on what was recorded."""

    preset: Literal["default", "strict", "reference"] = "default"
    """default: at most 5 % false alarms; strict: at most 2.5 %; reference: the 13 keywords and rules of the published reference agent."""
    threshold: float | None = Field(default=None, gt=0, le=1)
    """Score from which a conversation needs a decision. Unset: the preset's own."""
    max_open_hours: float = env("ESCALATION_MAX_OPEN_HOURS", 24.0, gt=0)
    """Hours after which an open conversation counts as open for long."""
    max_replies: int = env("ESCALATION_MAX_REPLIES", 3, ge=0)
    """Customer replies above which a conversation counts as long."""
    weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Weight of a signal family by its name, from 0 (off) to 1, such as { churn = 0.5 }."""
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Words or phrases added to a family, such as { churn = ["moving to another vendor"] }."""
    words_removed: tuple[str, ...] = ()
    """Words or phrases taken out of every family."""
    segments: tuple[SegmentSettings, ...] = ()
    """Rules for some conversations only. Each segment is a table [[detection.segments]] with a name, at least one condition (plans,
    companies, languages, categories) and what it changes (preset, threshold, max_open_hours, max_replies, weights, words,
    words_removed). A conversation that meets several follows them in their order, later ones over earlier ones."""

    @model_validator(mode="after")
    def _know_the_families(self) -> Self:
        """A weight for a family that exists nowhere is a slip of the pen."""
        weighed = {*self.weights, *(name for each in self.segments for name in each.weights)}
        if weighed:
            from escalator_tui.detect.weights import family_names

            known = {*family_names(), *self.words, *(name for each in self.segments for name in each.words)}
            for name in weighed - known:
                near = difflib.get_close_matches(name, sorted(known), n=1)
                raise ValueError(
                    f"there is no family {name}" + (f" (did you mean {near[0]}?)" if near else f"; there are {', '.join(sorted(known))}")
                )
        return self
