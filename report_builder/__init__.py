"""Reads the store with DuckDB and renders the report: a static site that needs no server of its own."""
