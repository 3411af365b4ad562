-- Projects, models and datasets, and the runs that stream into them.

create table projects (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  slug text not null,
  name text not null,
  description text not null default '',
  visibility text not null check (visibility in ('public', 'private')),
  tags text[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  trashed_at timestamptz
);
-- A trashed project keeps its slug too: a new run under that name becomes `slug-2` (SPEC 16.3).
create unique index projects_slug on projects (workspace_id, slug);

create table uploads (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  model_id text not null,
  started_by text not null,
  filename text not null,
  state text not null check (state in ('pending', 'stored')),
  size_bytes bigint,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((state = 'stored') = (size_bytes is not null))
);
create index uploads_by_model on uploads (model_id);
create index uploads_pending on uploads (expires_at) where state = 'pending';

create table models (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  project_id text not null references projects (id) on delete cascade,
  slug text not null,
  name text not null,
  task text,
  class_names jsonb,
  -- How far its newest run has come; a model of SPEC 15.6 carries this itself.
  status text not null default 'untrained'
    check (status in ('pending', 'untrained', 'starting', 'running', 'completed', 'failed', 'cancelled')),
  cancel_requested boolean not null default false,
  epochs integer,
  current_epoch integer,
  best_epoch integer,
  best_fitness double precision,
  metrics jsonb not null default '{}',
  weights_upload_id text references uploads (id),
  weights_final boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  trashed_at timestamptz
);
create unique index models_slug on models (project_id, slug);
create index models_by_workspace on models (workspace_id);
alter table uploads add constraint uploads_model foreign key (model_id) references models (id) on delete cascade
  deferrable initially deferred;

create table datasets (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  slug text not null,
  name text not null,
  task text not null,
  class_names jsonb not null,
  visibility text not null check (visibility in ('public', 'private')),
  status text not null check (status in ('processing', 'ready', 'failed')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  trashed_at timestamptz
);
create unique index datasets_slug on datasets (workspace_id, slug);

create table dataset_images (
  id text primary key,
  workspace_id text not null,
  dataset_id text not null references datasets (id) on delete cascade,
  file text not null,
  split text not null check (split in ('train', 'val', 'test')),
  width integer,
  height integer,
  annotations jsonb not null default '{}',
  size_bytes bigint not null
);
create index dataset_images_by_dataset on dataset_images (dataset_id, id);

create table training_runs (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  model_id text not null references models (id) on delete cascade,
  project_id text not null,
  -- The name the client asked for; clients of the older generation are found again by it (SPEC 16.3).
  requested_name text not null,
  status text not null check (status in ('running', 'completed', 'failed', 'cancelled')),
  started_by text not null,
  api_key_id text,
  train_args jsonb not null default '{}',
  environment jsonb not null default '{}',
  device text,
  epochs integer,
  dataset_id text references datasets (id) on delete set null,
  -- Parameters, FLOPs and speed, as the client measured them at the first epoch.
  model_info jsonb not null default '{}',
  results jsonb not null default '{}',
  plots jsonb not null default '[]',
  error text,
  cancel_requested_at timestamptz,
  last_event_at timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  check ((status = 'running') = (ended_at is null))
);
create index training_runs_by_model on training_runs (model_id, started_at desc);
create index training_runs_by_name on training_runs (project_id, requested_name, started_at desc);
create index training_runs_silent on training_runs (last_event_at) where status = 'running';

create table run_epochs (
  run_id text not null references training_runs (id) on delete cascade,
  workspace_id text not null,
  epoch integer not null check (epoch >= 0),
  metrics jsonb not null,
  system jsonb,
  fitness double precision,
  best_fitness double precision,
  received_at timestamptz not null,
  primary key (run_id, epoch)
);

create table run_console_chunks (
  run_id text not null references training_runs (id) on delete cascade,
  workspace_id text not null,
  chunk_id integer not null check (chunk_id >= 0),
  content text not null,
  received_at timestamptz not null,
  primary key (run_id, chunk_id)
);
