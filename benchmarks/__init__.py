"""Ratios measured in one run: ours, the floor of the machine, and a peer. Not part of the tests."""
