"""Words, ports and edges that every component shares; no product logic."""

__version__ = "0.1.0"
