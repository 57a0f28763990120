insert into tags (uuid, name, color, description, created_ms) values (:uuid, :name, :color, :description, :created_ms)
on conflict (uuid) do update set
    name = excluded.name, color = excluded.color, description = excluded.description, created_ms = excluded.created_ms
where
    tags.name is not excluded.name
    or tags.color is not excluded.color
    or tags.description is not excluded.description
    or tags.created_ms is not excluded.created_ms
