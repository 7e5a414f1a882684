-- The points of one kind by what is known now of their assignment on a day.
select count(*) as total,
       count(*) filter (where a.status = 'assigned') as assigned,
       count(*) filter (where a.status = 'ambiguous') as ambiguous,
       count(*) filter (where coalesce(a.status, 'unassigned') = 'unassigned') as unassigned,
       count(*) filter (where a.rule = 'tie') as ties,
       count(*) filter (where a.rule = 'override') as overridden,
       count(*) filter (where p.geom is null and coalesce(a.status, 'unassigned') = 'unassigned') as no_location
from {table} as p
left join assignment as a
  on a.{point} = p.id and a.partition_id = %(partition)s and a.to_release is null
 and a.valid @> %(on)s::date
where {filter}
