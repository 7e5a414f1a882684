-- One tile of enterprises with the assignment that the grids of an older release give them on a day.
with bounds as (
    select ST_TileEnvelope(:z, :x, :y) as mercator,
           ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 0.03), 4326) as around
),
rows as (
    select e.id, coalesce(e.name, e.source_id) as name, e.workers,
           case when given.grid_id is not null then 'assigned'
                when found.grids = 0 then 'unassigned'
                when found.grids = 1 or found.inside = 0 then 'assigned'
                else 'ambiguous' end as status,
           ST_AsMVTGeom(ST_Transform(e.geom, 3857), bounds.mercator, 4096, 64) as geom
    from enterprise as e
    cross join bounds
    cross join lateral (
        select count(*) as grids, count(*) filter (where ST_Contains(v.geom, e.geom)) as inside
        from grid_version as v
        where v.partition_id = :partition and v.valid @> :on
          and v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release
          and ST_Covers(v.geom, e.geom)
    ) as found
    left join lateral (
        select o.grid_id
        from override as o
        join grid_version as v on v.grid_id = o.grid_id and v.valid @> :on
         and v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release
        where o.enterprise_id = e.id and o.partition_id = :partition
          and o.undone_at is null and o.valid @> :on
    ) as given on true
    where e.geom && bounds.around
)
select ST_AsMVT(rows, 'enterprises') from rows where geom is not null
