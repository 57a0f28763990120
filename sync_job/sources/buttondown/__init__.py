"""Buttondown: its newsletter, tags, emails, subscribers and engagement events."""
