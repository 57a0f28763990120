-- Somebody known by an address alone. Marked as gone, for no list has them and asking for them would be in vain.
insert or ignore into subscribers (uuid, email, deleted_ms) values (:uuid, :email, :now_ms)
