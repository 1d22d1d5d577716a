// What the first worker with a database sent to it (tables of version 4), word for word. It is never changed: a worker of a release before
// runs beside the newest one during an upgrade, until `oldestWorker` of a step shuts it out.

/** The version of its tables. */
export const firstVersion = 4

/** Its statements, by what they do, with the places of their values. */
export const firstStatements = {
  putLease: `insert into rollcall_lease
      (connection, id, tenant, entitlement, principal, begun_at, ends_at, is_open, lease)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (connection, id) do update
      set ends_at = excluded.ends_at, is_open = excluded.is_open, lease = excluded.lease`,
  openLeaseOf: `select lease from rollcall_lease where connection = $1 and tenant = $2 and is_open
    and entitlement = $3 and principal = $4`,
  openLeases: `select lease from rollcall_lease
    where connection = $1 and is_open and tenant = coalesce($2, tenant) order by ends_at, id`,
  allLeases: `select lease from rollcall_lease where connection = $1 order by begun_at desc, id`,
  beat: `insert into rollcall_beat (connection, tenant, at) values ($1, $2, $3)
    on conflict (connection, tenant) do update set at = excluded.at`,
  lastBeat: `select at from rollcall_beat where connection = $1 and tenant = $2`,
  reached: `insert into rollcall_lease_state (connection, reached_since, reached_last) values ($1, $2, $3)
    on conflict (connection) do update
      set reached_since = excluded.reached_since, reached_last = excluded.reached_last`,
  lastReached: `select reached_since as since, reached_last as last from rollcall_lease_state where connection = $1`,
  forgetChanges: `delete from rollcall_change where connection = $1 and at <
    least($2::bigint, (select max(at) from rollcall_change where connection = $3)) - $4::bigint`,
  putChange: `insert into rollcall_change
      (connection, request_id, plan_id, tenant, intent, entitlement, target, at, outcome)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (connection, request_id) do update set outcome = excluded.outcome`,
  countChanges: `select intent, entitlement, count(*)::int as count from rollcall_change
    where connection = $1 and tenant = $2 and at >= $3 and outcome not in ('failed', 'already')
    group by intent, entitlement order by intent, entitlement`,
  changesOfPlan: `select request_id as "requestId", intent, target, outcome from rollcall_change
    where connection = $1 and plan_id = $2 order by at, request_id`,
  putHolder: `insert into rollcall_holder (name, what, since) values ($1, $2, $3)
    on conflict (name) do update set what = excluded.what, since = excluded.since`,
  holder: `select what, since from rollcall_holder where name = $1`,
  takeOver: `insert into rollcall_run (connection, epoch, replica) values ($1, 1, $2)
    on conflict (connection) do update set epoch = rollcall_run.epoch + 1, replica = excluded.replica, taken_at = now()
    returning epoch`,
  check: `select from rollcall_run where connection = $1 and epoch = $2`,
  state: `select unfinished, last, file from rollcall_run where connection = $1`,
  begin: `update rollcall_run set unfinished = $1 where connection = $2 and epoch = $3 returning connection`,
  publish: `with ended as (
      update rollcall_run set last = coalesce(unfinished, last), unfinished = null, file = $1, published_at = now()
      where connection = $2 and epoch = $3 returning connection
    ), forgotten as (
      delete from rollcall_work using ended where rollcall_work.connection = ended.connection
    ) select connection from ended`,
  lastPage: `select max(seq) as last from rollcall_work where connection = $1 and form = $2`,
  putPage: `with turn as (
      select connection from rollcall_run where connection = $1 and epoch = $2 for share
    ), forgotten as (
      delete from rollcall_work using turn where $3 and rollcall_work.connection = turn.connection and seq > 1
    ) insert into rollcall_work (connection, seq, form, page) select connection, $4, $5, $6 from turn
    on conflict (connection, seq) do update set form = excluded.form, page = excluded.page returning seq`,
  page: `select page from rollcall_work where connection = $1 and seq = $2 and form = $3`,
  takeBlocks: `insert into rollcall_limit as it (key, paid_until, taken, cooldown_until, rate)
    select key, extract(epoch from clock_timestamp())::float8 * 1000 + taken, taken, '-Infinity', rate
    from json_to_recordset($1::json) as asked (key text, taken float8, rate float8) order by key
    on conflict (key) do update set taken = excluded.taken,
      paid_until = greatest(it.paid_until, extract(epoch from clock_timestamp())::float8 * 1000) + excluded.taken,
      rate = case when it.refused then null else greatest(it.rate, excluded.rate) end
    returning key, paid_until - taken as begins, paid_until as ends, cooldown_until as cooldown, rate, refused,
      extract(epoch from clock_timestamp())::float8 * 1000 as now`,
  coolDown: `with cooled as (
      insert into rollcall_limit as it (key, paid_until, taken, cooldown_until, refused)
      select key, extract(epoch from clock_timestamp())::float8 * 1000 + after + burst, 0,
        extract(epoch from clock_timestamp())::float8 * 1000 + after, climbs
      from json_to_recordset($1::json)
        as asked (key text, after float8, burst float8, climbs boolean) order by key
      on conflict (key) do update set cooldown_until = greatest(it.cooldown_until, excluded.cooldown_until),
        paid_until = greatest(it.paid_until, excluded.paid_until), refused = it.refused or excluded.refused,
        rate = case when excluded.refused then null else it.rate end
      returning key, cooldown_until
    ) select pg_notify($2, json_object_agg(key, cooldown_until)::text) from cooled`,
  cooldowns: `select key, cooldown_until as resumes from rollcall_limit where cooldown_until > '-Infinity'
    and key in (select json_array_elements_text($1::json))`,
} as const
