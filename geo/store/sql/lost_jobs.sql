-- Jobs that nobody works on, whatever their row says.
--
-- A worker holds an advisory lock for as long as its connection lives, and the server gives it back at the
-- moment in which the process ends, however it ends. So a running job whose worker holds none is lost. One
-- that is queued here and not in the queue was lost between the two.
select j.id
from job as j
left join procrastinate_jobs as q on q.id = j.queued_as
left join procrastinate_workers as w on w.id = q.worker_id
where (
    j.state = 'running'
    and not exists (
        select from pg_locks as l
        where l.locktype = 'advisory' and l.granted and l.objsubid = 2
            and l.database = (select oid from pg_database where datname = current_database())
            and l.classid::bigint = :workers and l.objid::bigint = j.worker
    )
) or (
    j.state = 'queued'
    and q.status is distinct from 'todo'
    and (
        q.status is distinct from 'doing'
        or w.last_heartbeat is null
        or w.last_heartbeat < now() - make_interval(secs => :silent_s)
    )
)
order by j.id
for update of j skip locked
