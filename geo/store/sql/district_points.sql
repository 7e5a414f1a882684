-- The points of one kind with their current assignment on a day.
select p.id, ST_X(p.geom), ST_Y(p.geom), {workers},
       coalesce(a.status, 'unassigned'),
       coalesce(a.rule, case when p.geom is null then 'no-location' else 'outside' end),
       a.grid_version_id, {extra}
from {table} as p
left join assignment as a
  on a.{point} = p.id and a.partition_id = %(partition)s and a.to_release is null
 and a.valid @> %(on)s::date
order by p.id
