-- Deleting a team looks these up for every row it takes away. Who paused a key may be somebody whom its maker does not overrule.

create index models_by_weights on models (weights_upload_id) where weights_upload_id is not null;
create index training_runs_by_dataset on training_runs (dataset_id) where dataset_id is not null;
create index training_runs_by_workspace on training_runs (workspace_id);
create index uploads_by_workspace on uploads (workspace_id);

alter table api_keys add column paused_by text;
