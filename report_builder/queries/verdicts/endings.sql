-- A row is one link that ends the subscription or leads to its settings. Such links often differ from reader to reader.
select link_id
from links
where
    lower(url) like '%unsubscribe%' or lower(url) like '%opt-out%' or lower(url) like '%optout%'
    or lower(url) like '%email-preferences%' or lower(url) like '%manage-subscription%'
