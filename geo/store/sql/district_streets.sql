-- Streets by the contract; a file that is not OpenStreetMap's may cross lines without a shared vertex.
select s.id, s.source_id, s.name, s.road_class,
       case when s.walk then 'yes' else 'no' end as walk,
       case when s.ebike then 'yes' else 'no' end as ebike,
       case when s.drive then 'yes' else 'no' end as drive,
       s.oneway, s.layer, s.slope, s.climb,
       l.facts ->> 'format' = 'osm-pbf' as noded,
       ST_AsBinary(s.geom) as wkb
from street as s
join load as l on l.id = s.load_id
order by s.id
