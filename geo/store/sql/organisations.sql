-- The organisations that hold on a day, with the codes of the grids that they cover, as known in a release.
select o.id, o.source_id, o.name, o.kind,
       lower(o.valid) as valid_from, upper(o.valid) as valid_to,
       coalesce(array_agg(v.code order by v.code) filter (where v.code is not null), '{}') as grids
from organisation as o
left join organisation_grid as g on g.organisation_id = o.id and g.valid @> :on
left join grid_version as v on v.grid_id = g.grid_id and v.valid @> :on
  and v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release
where o.valid @> :on
group by o.id
order by o.source_id collate "C"
