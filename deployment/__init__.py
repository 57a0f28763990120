"""Puts Rapport on Google Cloud, says what it costs, and takes it away again: commands of gcloud that anyone can read."""
