"""How figures are computed. Engines know rules and streams, and nothing of reports."""
