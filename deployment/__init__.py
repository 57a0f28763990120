"""Puts Rapport on Google Cloud, says what that costs, and takes it away again, in commands that anyone can read."""
