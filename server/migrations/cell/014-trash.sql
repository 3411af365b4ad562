-- The trash: a row for each thing that was put there, and what a workspace stores by category (decision 0048).

create table trash_items (
  -- Grows in the order of commits within a workspace, for whoever adds one has locked the workspace.
  seq bigint generated always as identity primary key,
  -- What went along carries it as its trash_batch_id.
  id text not null unique,
  workspace_id text not null references workspaces (id) on delete cascade,
  type text not null check (type in ('project', 'dataset', 'model')),
  resource_id text not null,
  -- Of a model: where it was.
  project_id text,
  name text not null,
  slug text not null,
  -- Of a project: the models that went along.
  model_count integer not null default 0,
  size_bytes bigint not null,
  trashed_by text not null,
  trashed_at timestamptz not null,
  -- Going for good: shown to nobody, and not restored any more.
  doomed_at timestamptz,
  check ((type = 'model') = (project_id is not null)),
  unique (type, resource_id)
);
create index trash_items_by_workspace on trash_items (workspace_id, seq);
create index trash_items_by_size on trash_items (workspace_id, size_bytes, seq);
create index trash_items_by_project on trash_items (project_id) where project_id is not null;
create index trash_items_due on trash_items (trashed_at, workspace_id) where doomed_at is null;
create index trash_items_doomed on trash_items (workspace_id) where doomed_at is not null;

-- Emptying a trash of any size writes one row: what lies there up to this item is doomed.
create table trash_emptyings (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  up_to bigint not null,
  -- How many items lay there, those included that were going already.
  item_count integer not null,
  started_by text not null,
  started_at timestamptz not null
);
create index trash_emptyings_by_workspace on trash_emptyings (workspace_id, up_to desc);

alter table projects add column trash_batch_id text,
  add constraint projects_trashed check (trash_batch_id is null or trashed_at is not null);
alter table models add column trash_batch_id text,
  add constraint models_trashed check (trash_batch_id is null or trashed_at is not null);
alter table datasets add column trash_batch_id text,
  add constraint datasets_trashed check (trash_batch_id is null or trashed_at is not null),
  -- Of all its images; kept by the triggers that count them.
  add column image_bytes bigint not null default 0;
create index models_by_batch on models (trash_batch_id) where trash_batch_id is not null;

-- Without it, each project that is taken away would have all models read.
create index models_in_project on models (project_id);

create or replace function count_images() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update datasets set image_count = image_count + n, image_bytes = image_bytes + bytes
    from (select dataset_id, count(*) as n, sum(size_bytes) as bytes from arrived group by 1) as change
    where datasets.id = change.dataset_id;
  else
    update datasets set image_count = image_count - n, image_bytes = image_bytes - bytes
    from (select dataset_id, count(*) as n, sum(size_bytes) as bytes from gone group by 1) as change
    where datasets.id = change.dataset_id;
  end if;
  return null;
end $$;
update datasets set image_bytes = bytes
from (select dataset_id, sum(size_bytes) as bytes from dataset_images group by 1) as counted
where datasets.id = counted.dataset_id;

-- The largest things of a workspace, and the sums that its counters are checked against.
drop index uploads_by_workspace;
create index uploads_by_workspace on uploads (workspace_id, size_bytes desc);
create index datasets_by_workspace on datasets (workspace_id, image_bytes desc);
create index exports_by_size on exports (workspace_id, size_bytes desc) where size_bytes is not null;

alter table workspaces
  add column model_bytes bigint not null default 0,
  add column dataset_bytes bigint not null default 0,
  add column export_bytes bigint not null default 0,
  -- Grows with each correction, so that no drift is corrected twice.
  add column storage_checks integer not null default 0,
  add column storage_recalculated_at timestamptz;
-- Until now only weights were counted.
update workspaces set model_bytes = storage_bytes;
