-- A key that was rotated out works until its overlap ends; it is not rotated once more.

alter table api_keys add column replaced_at timestamptz;
