-- The points of one kind with all that their file said, and their assignment on a day.
select p.source, p.source_id, {columns}, ST_AsBinary(p.geom) as wkb,
       coalesce(a.status, 'unassigned') as status,
       v.code as grid_code, v.name as grid_name
from {table} as p
left join assignment as a
  on a.{point} = p.id and a.partition_id = %(partition)s and a.to_release is null
 and a.valid @> %(on)s::date
left join grid_version as v on v.id = a.grid_version_id
where %(source)s::text is null or p.source = %(source)s
order by p.source collate "C", p.source_id collate "C"
