"""Templates and assets of the report, as package data."""
