-- Datasets: images whose bytes workspaces share, revisions, versions, and the jobs that take data in (decision 0050).

alter table datasets
  add column description text not null default '',
  add column license text,
  add column license_locked boolean not null default false,
  add column tags text[] not null default '{}',
  add column metadata jsonb not null default '{}',
  -- Of poses: how many points, and how many numbers each has.
  add column kpt_shape jsonb,
  -- Which images are its own: those added at or before this revision, and not removed by it. A job adds images under the next one, and
  -- all of them show at once when it is moved up.
  add column revision integer not null default 0,
  add column train_count integer not null default 0,
  add column val_count integer not null default 0,
  add column test_count integer not null default 0,
  add column labelled_count integer not null default 0,
  add column annotation_count bigint not null default 0;
create index datasets_in_order on datasets (workspace_id, updated_at desc, id desc) where trashed_at is null;

-- The bytes of an image and of its thumbnail, once in a cell however many datasets show it, sealed under a key of their own.
create table image_files (
  id text primary key,
  -- Of what was sent, keyed: by it the same image is found again. Null while it is being stored, and once nothing shows it any more:
  -- from then on nobody can find it, so its bytes can go.
  digest bytea unique,
  wrapped_key bytea not null,
  type text,
  width integer,
  height integer,
  size_bytes bigint,
  unused_since timestamptz,
  check ((digest is null) = (unused_since is not null)),
  check (digest is null or (type is not null and width is not null and height is not null and size_bytes is not null))
);
create index image_files_unused on image_files (unused_since) where unused_since is not null;

-- Nothing could put images here until now.
alter table dataset_images
  add column file_id text not null references image_files (id),
  add column added_revision integer not null default 0,
  add column removed_revision integer,
  -- A client names the labels of an image by this, so it is told once in a split.
  add column stem text not null generated always as (regexp_replace(file, '\.[^.]*$', '')) stored;
create index dataset_images_by_file on dataset_images (file_id);
create unique index dataset_images_name on dataset_images (dataset_id, split, stem) where removed_revision is null;
create index dataset_images_removed on dataset_images (dataset_id, removed_revision) where removed_revision is not null;

create or replace function count_images() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update datasets set image_count = image_count + n, image_bytes = image_bytes + bytes
    from (
      select d.id, sum(size_bytes) as bytes, count(*) filter (
        where added_revision <= d.revision and (removed_revision is null or removed_revision > d.revision)) as n
      from arrived join datasets d on d.id = dataset_id group by 1
    ) as change where datasets.id = change.id;
  else
    update datasets set image_count = image_count - n, image_bytes = image_bytes - bytes
    from (
      select d.id, sum(size_bytes) as bytes, count(*) filter (
        where added_revision <= d.revision and (removed_revision is null or removed_revision > d.revision)) as n
      from gone join datasets d on d.id = dataset_id group by 1
    ) as change where datasets.id = change.id;
  end if;
  return null;
end $$;

-- A revision that is kept. What it shows never changes: images of it stay until it goes.
create table dataset_versions (
  id text primary key,
  workspace_id text not null,
  dataset_id text not null references datasets (id) on delete cascade,
  version integer not null,
  revision integer not null,
  -- The first line of its NDJSON.
  head jsonb not null,
  description text not null default '',
  image_count integer not null,
  created_by text not null,
  created_at timestamptz not null,
  unique (dataset_id, version)
);

-- Taking in a file or copying another dataset. One at a time works on a dataset.
create table dataset_jobs (
  id text primary key,
  workspace_id text not null,
  dataset_id text not null references datasets (id) on delete cascade,
  kind text not null check (kind in ('ingest', 'clone')),
  -- What has gone wrong is taken back before it has failed.
  state text not null check (state in ('queued', 'running', 'tidying', 'failing', 'done', 'failed')),
  revision integer not null,
  upload_id text,
  source jsonb,
  options jsonb not null default '{}',
  -- What was learned before the first image is taken in: class names, task, points.
  plan jsonb,
  -- Entries that have been dealt with, in the order they come: a repetition goes on after them.
  done_entries integer not null default 0,
  processed integer not null default 0,
  total integer,
  report jsonb not null default '{}',
  error text,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create unique index dataset_jobs_active on dataset_jobs (dataset_id)
  where state in ('queued', 'running', 'tidying', 'failing');
create index dataset_jobs_by_dataset on dataset_jobs (dataset_id, id desc);
create index dataset_jobs_by_workspace on dataset_jobs (workspace_id);

-- Labels of an archive, until their images have come.
create table dataset_job_labels (
  job_id text not null references dataset_jobs (id) on delete cascade,
  path text not null,
  lines text not null,
  primary key (job_id, path)
);
