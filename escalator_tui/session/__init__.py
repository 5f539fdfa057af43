"""A triage session without a screen: what every front end for a lead shares. Knows no Textual."""
