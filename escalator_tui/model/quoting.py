"""What mail programs add to a message, taken out again: quotes, forwarded messages and signatures."""

from __future__ import annotations

import re

_LONGEST_FORM = 300  # characters; a longer line is prose, not an attribution or a header
_DIGIT = re.compile(r"\d")
_ATTRIBUTION = re.compile(
    r"(?:on .+ wrote|el .+ escribió|le .+ a écrit|am .+ schrieb.*|em .+ escreveu"
    r"|.+ (?:wrote on|schrieb am|a écrit le|escribió el|escreveu em) .+)\s*:$",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(r"(?:on|el|le|am|em) .*\d", re.IGNORECASE)
_ATTRIBUTION_END = re.compile(r".*\b(?:wrote|escribió|a écrit|schrieb.{0,80}|escreveu)\s*:$", re.IGNORECASE)
_FORWARDED = (
    *("original message", "forwarded message", "forwarded by .+", "mensaje original", "mensaje reenviado"),
    *("message d.origine", "message original", "message transféré", "mensagem original", "mensagem encaminhada"),
    *("ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht"),
)
_FORWARD_BEGINS = (
    *("begin forwarded message", "inicio del mensaje reenviado", "début du message (?:transféré|réexpédié)"),
    *("anfang der weitergeleiteten nachricht", "início da mensagem (?:encaminhada|reencaminhada)"),
)
_TAIL = re.compile(rf"-{{2,}}\s*(?:{'|'.join(_FORWARDED)})\s*-*$|(?:{'|'.join(_FORWARD_BEGINS)})\s*:$", re.IGNORECASE)
_HEADER_FIRST = re.compile(r"\*?(?:from|von|de)\s?:\*?\s", re.IGNORECASE)
_HEADER_NEXT = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|à|objet|enviado(?: el)?|enviada(?: em)?|fecha|para|asunto"
    r"|data|assunto)\s?:\*?\s",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"(?:sent from (?:my|outlook|mail|yahoo|proton)\b.*|get outlook for .+|enviado (?:desde|do|de|a partir do) .{1,60}"
    r"|envoyé (?:de|depuis) (?:mon|ma)\b.*|von meinem .{1,60} gesendet|gesendet (?:von|mit) .+)",
    re.IGNORECASE,
)
_CLOSINGS = (
    *("(?:(?:best|kind|warm|kindest|warmest|many|with best|with kind) )?(?:regards|wishes|thanks)", "best", "cheers", "thank you", "thx"),
    *("sincerely", "respectfully", "yours(?: sincerely| truly| faithfully)?", "all the best", "thanks in advance"),
    *("(?:un )?(?:cordial )?saludos?(?: cordiales?)?", "atentamente", "cordialmente", "(?:muchas )?gracias(?: de antemano)?"),
    *("(?:bien )?cordialement", "(?:bien )?à vous", "(?:sincères )?salutations", "bonne journée", "merci(?: d.avance)?"),
    *("(?:mit )?(?:freundlichen?|besten?|herzlichen?|liebe|viele|schöne) (?:grü(?:ß|ss)en?|gru(?:ß|ss)|dank)", "lg", "mfg", "vg"),
    *("gruß", "grüße", "danke", "vielen dank"),
    *("atenciosamente", "(?:com os )?(?:melhores )?cumprimentos", "abraços?", "att", "(?:muito )?obrigad[oa]"),
)
_CLOSING = re.compile(rf"(?:{'|'.join(_CLOSINGS)})\s*[,.!–-]*$", re.IGNORECASE)
_SIGNATURE_LINES = 8
_SIGNATURE_LINE = 70  # characters
_SENTENCE = re.compile(r"[.!?…](?:\s|$)")


def drop_quotes(text: str) -> str:
    """The author's own lines of a plain text (linear time; the order of lines is kept)."""
    if "\n" not in text and not text.startswith(">"):
        return text
    lines = text.split("\n")
    kept = _without_quotes(lines)
    return "\n".join(_without_signature(kept)).strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        length = _attribution_length(lines, at)
        if length and not _is_quoted(lines, at + length):
            break
        if length:
            at += length
            continue
        if _starts_tail(lines, at):
            break
        if not line.startswith((">", "|>")):
            kept.append(lines[at])
        at += 1
    return kept


def _attribution_length(lines: list[str], at: int) -> int:
    """How many lines an "On … wrote:" takes at this place: none, one, or two when the mail program wrapped it."""
    line = lines[at].strip()
    if len(line) > _LONGEST_FORM or not _DIGIT.search(line):
        return 0
    if _ATTRIBUTION.match(line):
        return 1
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    wrapped = len(following) <= _LONGEST_FORM and _ATTRIBUTION_START.match(line) and _ATTRIBUTION_END.match(following)
    return 2 if wrapped else 0


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next line that is not empty is quoted: then the author may go on below the quote."""
    return next((line.strip() for line in lines[at : at + 3] if line.strip()), "").startswith(">")


def _starts_tail(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    if len(line) > _LONGEST_FORM:
        return False
    if _TAIL.match(line):
        return True
    return bool(_HEADER_FIRST.match(line)) and any(_HEADER_NEXT.match(other.strip()[:_LONGEST_FORM]) for other in lines[at + 1 : at + 3])


def _without_signature(lines: list[str]) -> list[str]:
    """A "-- " line cuts everywhere; a closing formula cuts when only a few short lines that are no sentences follow it."""
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare == "--" or (len(bare) < _LONGEST_FORM and _DEVICE.fullmatch(bare)):
            return lines[:at]
    first = max(0, len(lines) - _SIGNATURE_LINES - 1)
    for at in range(first, len(lines)):
        if len(lines[at]) <= _SIGNATURE_LINE and _CLOSING.match(lines[at].strip()) and _is_signature(lines[at + 1 :]):
            return lines[:at]
    return lines


def _is_signature(lines: list[str]) -> bool:
    filled = [line.strip() for line in lines if line.strip()]
    return all(len(line) <= _SIGNATURE_LINE and not _SENTENCE.search(line[-1:]) and line != line.lower() for line in filled)
