"""Settings: one typed schema, read from config.toml, .env, the environment and the keyring."""

from escalator_tui.config.loading import load_settings
from escalator_tui.config.schema import Settings

__all__ = ["Settings", "load_settings"]
