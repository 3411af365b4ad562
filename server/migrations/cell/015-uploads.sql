-- Uploads of more than weights: in parts, so that they go on after a pause or a crash (decision 0049).

alter table uploads
  -- What a file is for: a model, or the dataset that takes in an archive, images or a video.
  alter column model_id drop not null,
  add column dataset_id text references datasets (id) on delete cascade,
  add column asset_type text not null default 'models'
    check (asset_type in ('models', 'datasets', 'images', 'videos')),
  add column content_type text,
  -- Announced before the first byte, and kept free in the storage of the workspace until the session ends. Null where a training client
  -- sends weights, which come whole and of whatever size.
  add column total_bytes bigint check (total_bytes > 0),
  add column part_bytes integer check (part_bytes > 0),
  add constraint uploads_asset check (
    (model_id is not null) = (asset_type = 'models') and (dataset_id is not null) = (asset_type <> 'models')
  ),
  add constraint uploads_parted check ((total_bytes is null) = (part_bytes is null));
create index uploads_by_dataset on uploads (dataset_id) where dataset_id is not null;
create index uploads_waiting on uploads (workspace_id) where state = 'pending';

-- The parts that have arrived. Those of a stored upload never change again.
create table upload_parts (
  upload_id text not null references uploads (id) on delete cascade,
  workspace_id text not null,
  number integer not null check (number >= 0),
  -- Names this arrival of the part: what is sent again is stored beside what it replaces.
  object_id text not null,
  size_bytes bigint not null check (size_bytes > 0),
  received_at timestamptz not null,
  primary key (upload_id, number)
);
