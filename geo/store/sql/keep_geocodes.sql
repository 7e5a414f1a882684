-- A row that brings no place keeps what was found by its address, while that is what it was; and one that
-- brings it as it was given out has no coordinate of its own.
update staged_enterprise as s set geom = t.geom, accuracy_m = t.accuracy_m
from enterprise as t
join geocode as g on g.enterprise_id = t.id and g.ended_at is null
where t.source = {source} and t.source_id = s.source_id
  and ((s.geom is null and s.address is not distinct from g.address) or s.geom = t.geom)
