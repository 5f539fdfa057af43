"""Secrets kept in the system keyring."""

from __future__ import annotations

from importlib.util import find_spec

SERVICE = "escalator"


def kept(name: str) -> str:
    """The secret that the keyring keeps under the name of its environment variable; empty when there is none, or no usable keyring."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""  # a secret that is missing is named when it is needed
