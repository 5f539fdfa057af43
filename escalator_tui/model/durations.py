"""How long something shall last, as it is typed. Pure."""

from __future__ import annotations

import re
from typing import Final

EXAMPLES: Final = "as in 30m, 2h or 3d"
_UNITS: Final = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def duration(text: str) -> int:
    """A duration such as 30m, 2h, 3d or 1w, in seconds; 0 when it is none or its number is above 9999."""
    found = re.fullmatch(r"0*([0-9]{1,4}) ?([mhdw])", text.strip().casefold())
    return int(found[1]) * _UNITS[found[2]] if found else 0


def slip(text: str) -> str:
    """What to say instead of a text that is no duration."""
    is_too_long = re.fullmatch(r"[0-9]{5,} ?[mhdw]", text.strip().casefold())
    return f"Say {'9999 at most' if is_too_long else 'for how long'}, {EXAMPLES}"
