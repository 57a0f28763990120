insert or ignore into tags (name, origin, created_ms) values (:name, 'local', :now_ms)
