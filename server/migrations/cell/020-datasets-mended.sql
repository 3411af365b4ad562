-- Datasets: what lists and limits ask for is counted where it is written, so that nobody loads much to count it.

alter table datasets
  add column class_count integer not null generated always as (jsonb_array_length(class_names)) stored;

alter table dataset_versions add column class_count integer not null default 0;
update dataset_versions set class_count = (select count(*) from jsonb_object_keys(head -> 'class_names'));

alter table dataset_images add column label_bytes integer not null default 0;
update dataset_images set label_bytes = octet_length(annotations::text) where annotations <> '{}';

-- Images a job replaced that go when it is done, and what they counted: they do not count against it.
alter table dataset_jobs
  add column replaced integer not null default 0,
  add column replaced_bytes bigint not null default 0;

-- Where files are stored capitals may not tell names apart. Bytes alone decide what is a capital here, as in the server.
update dataset_images as later
set file = left(regexp_replace(later.file, '\.[^.]*$', ''), 180) || '-' || right(later.id, 8)
  || coalesce(substring(later.file from '\.[^.]*$'), '')
where removed_revision is null and exists (
  select from dataset_images as first
  where first.dataset_id = later.dataset_id and first.split = later.split and first.removed_revision is null
    and lower(first.stem collate "C") = lower(later.stem collate "C") and first.id < later.id
);
drop index dataset_images_name;
alter table dataset_images drop column stem;
alter table dataset_images
  add column stem text not null generated always as (lower(regexp_replace(file, '\.[^.]*$', '') collate "C")) stored;
create unique index dataset_images_name on dataset_images (dataset_id, split, stem) where removed_revision is null;
