-- The assignments of one enterprise on a day, as they are known now, and since which release.
select p.basis, p.level, a.partition_id, a.grid_version_id as version, v.grid_id, v.code, v.name,
       a.status, a.rule, a.candidates, lower(a.valid) as valid_from, upper(a.valid) as valid_to,
       a.from_release, r.published_at
from assignment as a
join partition as p on p.id = a.partition_id
join release as r on r.number = a.from_release
left join grid_version as v on v.id = a.grid_version_id
where a.enterprise_id = :enterprise and a.to_release is null and a.valid @> cast(:on as date)
order by a.partition_id
