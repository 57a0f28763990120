"""Copies of the store: made once a day, thinned, listed, put back, and looked over."""
