-- Addresses with coordinates of their own; what was found by an address proves none.
select e.address, ST_X(e.geom), ST_Y(e.geom), e.accuracy_m, l.facts ->> 'crs', ''
from enterprise as e
join load as l on l.id = e.load_id
where e.geom is not null and e.address is not null
  and not exists (select from geocode as g where g.enterprise_id = e.id and g.ended_at is null)
union
select s.address, ST_X(s.geom), ST_Y(s.geom), null, l.facts ->> 'crs', ''
from station as s
join load as l on l.id = s.load_id
where s.geom is not null and s.address is not null
union
select a.address, ST_X(a.geom), ST_Y(a.geom), a.accuracy_m, l.facts ->> 'crs', l.file_name
from known_address as a
join load as l on l.id = a.load_id
order by 1, 2, 3, 6
