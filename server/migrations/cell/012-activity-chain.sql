-- The events of a workspace form a chain of hashes, made just after they are written, so that writers never wait for each other (decision 0046).

-- Events that are not part of the chain yet. Whoever deletes such a row decides: the linker takes the event into the chain, a change that
-- did not come to be takes it back.
create table activity_unlinked (
  workspace_id text not null,
  seq bigint not null,
  primary key (workspace_id, seq)
) with (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0);

-- One link for each event, numbered from 1 without a gap. No foreign key: a link whose event is gone is what tells of it.
create table activity_links (
  workspace_id text not null,
  position bigint not null,
  event_id text not null unique,
  hash bytea not null,
  primary key (workspace_id, position)
);

-- The last link of each workspace, and the last one that was signed.
create table activity_heads (
  workspace_id text primary key,
  position bigint not null default 0,
  hash bytea not null,
  signed_position bigint not null default 0,
  signed_at timestamptz
);
create index activity_heads_unsigned on activity_heads (signed_at nulls first) where position > signed_position;

-- Signed heads. The directory has a copy of each, so that nobody who writes in one store alone can change what was signed.
create table activity_checkpoints (
  workspace_id text not null,
  position bigint not null,
  hash bytea not null,
  created_at timestamptz not null,
  key_version integer not null,
  public_key bytea not null,
  signature bytea not null,
  copied boolean not null default false,
  primary key (workspace_id, position)
);
create index activity_checkpoints_uncopied on activity_checkpoints (workspace_id) where not copied;

create function activity_enqueue() returns trigger language plpgsql as $$
begin
  insert into activity_unlinked (workspace_id, seq) select workspace_id, seq from written;
  return null;
end $$;

create trigger activity_enqueue after insert on activity_events
  referencing new table as written for each statement execute function activity_enqueue();

insert into activity_unlinked (workspace_id, seq) select workspace_id, seq from activity_events;
