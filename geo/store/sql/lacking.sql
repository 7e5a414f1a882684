-- The enterprises without a place, and whether a person took back one that was found for their address.
select e.id, e.source, e.source_id, e.name, e.address, e.workers,
       exists (select from geocode as g
               where g.enterprise_id = e.id and g.ended_why = 'taken-back'
                 and g.address is not distinct from e.address) as refused
from enterprise as e
where e.geom is null and (cast(:enterprise as bigint) is null or e.id = :enterprise)
order by e.id
