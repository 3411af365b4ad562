-- The feed that is also the audit log: rows are added and never changed.

create table activity_events (
  seq bigint generated always as identity primary key,
  id text not null unique,
  workspace_id text not null,
  user_id text not null,
  resource_type text not null,
  action text not null,
  resource_id text,
  resource_name text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null
);
create index activity_events_by_workspace on activity_events (workspace_id, seq desc);

-- What one reader has done with an event; no row means unseen and in the inbox (SPEC 9.2).
create table activity_marks (
  workspace_id text not null,
  user_id text not null,
  event_id text not null references activity_events (id) on delete cascade,
  seen_at timestamptz,
  archived_at timestamptz,
  primary key (user_id, event_id)
);
create index activity_marks_by_workspace on activity_marks (workspace_id, user_id);
