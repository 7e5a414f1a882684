-- One tile of streets; the smaller the scale, the fewer the classes.
with bounds as (
    select ST_TileEnvelope(:z, :x, :y) as mercator,
           ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 0.03), 4326) as around
),
rows as (
    select s.road_class as class, s.name,
           ST_AsMVTGeom(ST_Transform(s.geom, 3857), bounds.mercator, 4096, 64) as geom
    from street as s, bounds
    where s.geom && bounds.around
      and (:z >= 15 or s.road_class not in ('footway', 'path', 'steps', 'service', 'cycleway'))
      and (:z >= 13 or s.road_class in
           ('motorway', 'trunk', 'primary', 'secondary', 'motorway_link', 'trunk_link', 'primary_link'))
)
select ST_AsMVT(rows, 'streets') from rows where geom is not null
