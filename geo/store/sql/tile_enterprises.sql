-- One tile of enterprises with their current assignment on a day.
with bounds as (
    select ST_TileEnvelope(:z, :x, :y) as mercator,
           ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 0.03), 4326) as around
),
rows as (
    select e.id, coalesce(e.name, e.source_id) as name, e.workers,
           coalesce(a.status, 'unassigned') as status,
           ST_AsMVTGeom(ST_Transform(e.geom, 3857), bounds.mercator, 4096, 64) as geom
    from enterprise as e
    cross join bounds
    left join assignment as a
      on a.enterprise_id = e.id and a.partition_id = :partition and a.to_release is null and a.valid @> :on
    where e.geom && bounds.around
)
select ST_AsMVT(rows, 'enterprises') from rows where geom is not null
