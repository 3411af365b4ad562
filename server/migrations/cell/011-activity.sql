-- A feed of a million events stays quick: readers have watermarks, names have an index of their own, and where somebody acted from is sealed.

-- The address and program of whoever acted, sealed under their data key; null where none was told.
alter table activity_events add column client_sealed bytea;

-- The time comes along, so that dates narrow a page without looking at the rows. Both columns rise: a page asks between two pairs of
-- (workspace_id, seq), which no index but this one can answer, whatever the statistics say.
create index activity_events_feed on activity_events (workspace_id, seq) include (created_at);
drop index activity_events_by_workspace;
create index activity_events_by_time on activity_events (workspace_id, created_at, seq);
create index activity_events_by_group on activity_events (workspace_id, (
  case when resource_type = 'training' then 'training'
    when action = 'uploaded' then 'uploads'
    when resource_type = 'export' or action = 'exported' then 'exports'
    when resource_type in ('settings', 'api_key', 'onboarding') then 'system'
    else 'library' end), seq) include (created_at);

-- How far a reader has seen and archived the feed of a workspace; activity_marks holds the single events that differ from that.
create table activity_readers (
  workspace_id text not null,
  user_id text not null,
  seen_seq bigint not null default 0,
  archived_seq bigint not null default 0,
  -- Raised each time all is archived, so that what was restored before goes along.
  archive_round integer not null default 0,
  primary key (workspace_id, user_id)
);

alter table activity_marks add column seq bigint;
-- The round in which it was taken out of what had been archived as a whole.
alter table activity_marks add column restored_round integer;
update activity_marks m set seq = e.seq from activity_events e where e.id = m.event_id;
create index activity_marks_archived on activity_marks (workspace_id, user_id, seq desc) where archived_at is not null;
create index activity_marks_restored on activity_marks (workspace_id, user_id, seq desc) where restored_round is not null;

-- What was marked one by one up to here becomes a watermark: up to the first event that somebody has not seen, or not archived.
insert into activity_readers (workspace_id, user_id, seen_seq, archived_seq)
select r.workspace_id, r.user_id,
  coalesce((select min(e.seq) - 1 from activity_events e where e.workspace_id = r.workspace_id and not exists (
    select from activity_marks m where m.event_id = e.id and m.user_id = r.user_id and m.seen_at is not null)), r.newest),
  coalesce((select min(e.seq) - 1 from activity_events e where e.workspace_id = r.workspace_id and not exists (
    select from activity_marks m where m.event_id = e.id and m.user_id = r.user_id and m.archived_at is not null)), r.newest)
from (select workspace_id, user_id, max(seq) as newest from activity_marks group by workspace_id, user_id) r;
delete from activity_marks m using activity_readers r
where r.workspace_id = m.workspace_id and r.user_id = m.user_id
  and (m.seen_at is null or m.seq <= r.seen_seq) and (m.archived_at is null or m.seq <= r.archived_seq);

-- An event is undone once.
create table activity_undone (
  event_id text primary key references activity_events (id) on delete cascade,
  workspace_id text not null,
  undone_by text not null,
  undone_at timestamptz not null
);

-- Events by name: blocks of a workspace's events, each with the pieces of one to four letters that its names hold and the
-- groups they belong to, hashed together with the workspace. A word is looked for in the blocks that hold all of its pieces (decision 0045).
create table activity_blocks (
  workspace_id text not null,
  last_seq bigint not null,
  seqs bigint[] not null,
  -- A line for each event: its type, a tab, its name in small letters.
  lines text not null,
  pieces integer[] not null,
  primary key (workspace_id, last_seq)
);
alter table activity_blocks alter column pieces set storage external;
create index activity_blocks_by_piece on activity_blocks using gin (pieces) with (fastupdate = off);

-- No plan but the one by pieces, whatever the statistics say.
create function activity_blocks_with(text, integer[]) returns setof bigint
  language sql stable set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
  as $$ select last_seq from activity_blocks where pieces @> $2 and workspace_id = $1 $$;

-- How far a workspace's events are in blocks, and how many wait to be.
create table activity_indexed (
  workspace_id text primary key,
  indexed_seq bigint not null default 0,
  waiting bigint not null default 0
);
create index activity_indexed_waiting on activity_indexed (waiting desc) where waiting > 0;

-- How far the events of this cell have been counted into activity_indexed, and how far they may be once every transaction that was open
-- at the time has ended: until then a smaller seq may still come to light.
create table activity_counted (
  one boolean primary key default true check (one),
  counted_seq bigint not null default 0,
  noted_seq bigint not null default 0,
  noted_xact xid8 not null default '0'
);
insert into activity_counted default values;
