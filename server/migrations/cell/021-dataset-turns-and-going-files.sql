-- Jobs of datasets whose turns die or fail are noticed: they are given up in the end, and nobody doubles one that is at work. And nobody
-- begins to show a file whose bytes are going.

alter table dataset_jobs
  -- When whoever is at work was last heard of. Null between turns.
  add column heard_at timestamptz,
  -- Turns in a row that began and did not end: whoever had them died. The one at work counts too.
  add column lost_turns integer not null default 0,
  -- Since when turns end in faults and bring no image.
  add column stuck_since timestamptz;

alter table image_files add column is_going boolean not null default false;
