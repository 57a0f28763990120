update tags set description = :description where name = :name and description is not :description
