update subscribers set untracked_until_ms = ? where id = ?
