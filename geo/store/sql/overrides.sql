-- What people said of one enterprise's grid, the newest first, with the codes that the grids have on a day.
select o.id, p.basis, p.level, o.partition_id, o.grid_id, now.code, now.name,
       o.reason, lower(o.valid) as since, upper(o.valid) as until,
       o.made_at, o.made_by, o.undone_at, o.undone_by,
       o.lawful_grid_id, lawful.code as lawful_code, o.distance_m,
       now.id is not null as grid_holds
from override as o
join partition as p on p.id = o.partition_id
left join grid_version as now
  on now.grid_id = o.grid_id and now.to_release is null and now.valid @> cast(:on as date)
left join grid_version as lawful
  on lawful.grid_id = o.lawful_grid_id and lawful.to_release is null and lawful.valid @> cast(:on as date)
where o.enterprise_id = :enterprise
order by o.id desc
