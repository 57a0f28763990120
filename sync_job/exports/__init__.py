"""Buttondown's own export files, merged into the store: what is in them already is not added again."""
