-- What people make, show, star, copy, export and deploy: the rest of projects and models, and what hangs on them (decision 0047).

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

alter table projects
  add column license text,
  -- A copy of something under a copyleft licence keeps that licence for ever.
  add column license_locked boolean not null default false,
  add column metadata jsonb not null default '{}',
  add column archived boolean not null default false,
  add column icon_color text,
  add column icon_letter text,
  add column view_preferences jsonb not null default '{}',
  add column star_count integer not null default 0,
  -- Its models that are not in the trash; triggers below keep it.
  add column model_count integer not null default 0;

alter table models
  add column description text not null default '',
  add column color text,
  add column metadata jsonb not null default '{}',
  add column license text,
  add column license_locked boolean not null default false,
  add column dataset_slug text,
  -- What somebody told of a training elsewhere. Of runs that stream in, training_runs and run_epochs know more.
  add column train_args jsonb not null default '{}',
  add column train_results jsonb not null default '[]',
  add column version text,
  add column training_error text,
  add column star_count integer not null default 0,
  add column download_count integer not null default 0;

alter table datasets
  add column star_count integer not null default 0,
  add column image_count integer not null default 0;

-- What lies in the trash has given its address away (SPEC 10).
drop index projects_slug;
create unique index projects_slug on projects (workspace_id, slug) where trashed_at is null;
-- Under which name runs are looked for also where the first of that name lies in the trash (SPEC 16.3).
create index projects_by_slug on projects (workspace_id, slug text_pattern_ops);
drop index models_slug;
create unique index models_slug on models (project_id, slug) where trashed_at is null;
drop index datasets_slug;
create unique index datasets_slug on datasets (workspace_id, slug) where trashed_at is null;

create index projects_by_workspace on projects (workspace_id, updated_at desc, id desc) where trashed_at is null;
create index models_by_project on models (project_id, created_at desc, id desc) where trashed_at is null;
create index models_completed on models (workspace_id, updated_at desc, id desc)
  where trashed_at is null and status = 'completed';

-- Stars are people's own, and live beside what they are given to: the count and the star commit together.
create table project_stars (
  project_id text not null references projects (id) on delete cascade,
  user_id text not null,
  created_at timestamptz not null,
  primary key (project_id, user_id)
);
create index project_stars_by_user on project_stars (user_id, project_id);
create table model_stars (
  model_id text not null references models (id) on delete cascade,
  user_id text not null,
  created_at timestamptz not null,
  primary key (model_id, user_id)
);
create index model_stars_by_user on model_stars (user_id, model_id);
create table dataset_stars (
  dataset_id text not null references datasets (id) on delete cascade,
  user_id text not null,
  created_at timestamptz not null,
  primary key (dataset_id, user_id)
);
create index dataset_stars_by_user on dataset_stars (user_id, dataset_id);

create table project_icons (
  project_id text primary key references projects (id) on delete cascade,
  workspace_id text not null,
  id text not null,
  webp bytea not null
);

-- Whole statements are counted, not rows: a thousand models that are trashed at once touch their project once.
create function count_models() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update projects set model_count = model_count + n
    from (select project_id, count(*) as n from arrived where trashed_at is null group by 1) as change
    where projects.id = change.project_id;
  elsif tg_op = 'DELETE' then
    update projects set model_count = model_count - n
    from (select project_id, count(*) as n from gone where trashed_at is null group by 1) as change
    where projects.id = change.project_id;
  else
    update projects set model_count = model_count + n
    from (
      select project_id, sum(n) as n from (
        select project_id, 1 as n from arrived where trashed_at is null
        union all select project_id, -1 from gone where trashed_at is null
      ) as each group by 1 having sum(n) <> 0
    ) as change
    where projects.id = change.project_id;
  end if;
  return null;
end $$;
create trigger models_arrive after insert on models
  referencing new table as arrived for each statement execute function count_models();
create trigger models_go after delete on models
  referencing old table as gone for each statement execute function count_models();
create trigger models_change after update on models
  referencing old table as gone new table as arrived for each statement execute function count_models();

create function count_images() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update datasets set image_count = image_count + n
    from (select dataset_id, count(*) as n from arrived group by 1) as change where datasets.id = change.dataset_id;
  else
    update datasets set image_count = image_count - n
    from (select dataset_id, count(*) as n from gone group by 1) as change where datasets.id = change.dataset_id;
  end if;
  return null;
end $$;
create trigger images_arrive after insert on dataset_images
  referencing new table as arrived for each statement execute function count_images();
create trigger images_go after delete on dataset_images
  referencing old table as gone for each statement execute function count_images();

update projects set model_count = n
from (select project_id, count(*) as n from models where trashed_at is null group by 1) as counted
where projects.id = counted.project_id;
update datasets set image_count = n
from (select dataset_id, count(*) as n from dataset_images group by 1) as counted
where datasets.id = counted.dataset_id;

create table exports (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  model_id text not null references models (id) on delete cascade,
  format text not null,
  gpu_type text,
  args jsonb not null default '{}',
  status text not null check (status in ('queued', 'starting', 'running', 'completed', 'failed', 'cancelled')),
  error text,
  -- The stored file, once there is one.
  file_key text,
  size_bytes bigint,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz
);
create index exports_by_workspace on exports (workspace_id, created_at desc, id desc);
create index exports_by_model on exports (model_id);
-- The same export is not made twice at once.
create unique index exports_in_flight on exports (model_id, format)
  where status in ('queued', 'starting', 'running');

create table deployments (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  -- Null once the model was purged and the deployment outlived it.
  model_id text references models (id) on delete set null,
  name text not null,
  region text not null,
  resources jsonb not null default '{}',
  status text not null check (status in ('creating', 'deploying', 'ready', 'stopping', 'stopped', 'failed')),
  error text,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index deployments_by_workspace on deployments (workspace_id, created_at desc, id desc);
create index deployments_by_model on deployments (model_id);

-- Explore: every order it offers walks an index of what is public and there.
create index projects_explore_stars on projects (star_count desc, id desc)
  where visibility = 'public' and trashed_at is null and not archived;
create index projects_explore_new on projects (created_at desc, id desc)
  where visibility = 'public' and trashed_at is null and not archived;
create index projects_explore_name on projects ((lower(name) collate "C"), id)
  where visibility = 'public' and trashed_at is null and not archived;
create index projects_explore_count on projects (model_count desc, id desc)
  where visibility = 'public' and trashed_at is null and not archived;
create index projects_explore_words on projects using gin (lower(name) gin_trgm_ops)
  where visibility = 'public' and trashed_at is null and not archived;
create index datasets_explore_stars on datasets (star_count desc, id desc)
  where visibility = 'public' and trashed_at is null;
create index datasets_explore_new on datasets (created_at desc, id desc)
  where visibility = 'public' and trashed_at is null;
create index datasets_explore_name on datasets ((lower(name) collate "C"), id)
  where visibility = 'public' and trashed_at is null;
create index datasets_explore_count on datasets (image_count desc, id desc)
  where visibility = 'public' and trashed_at is null;
create index datasets_explore_words on datasets using gin (lower(name) gin_trgm_ops)
  where visibility = 'public' and trashed_at is null;

-- The search of a page looks within one workspace.
create index projects_words on projects using gin (workspace_id, lower(name) gin_trgm_ops);
create index models_words on models using gin (workspace_id, lower(name) gin_trgm_ops);
create index datasets_words on datasets using gin (workspace_id, lower(name) gin_trgm_ops);
create index deployments_words on deployments using gin (workspace_id, lower(name) gin_trgm_ops);
