"""Sources -> records -> SQLite -> bucket: the only writer of a project's store."""
