-- Jobs of a dataset in the order they were made: ids of one second are in no order.

alter table dataset_jobs add column seq bigint generated always as identity;
drop index dataset_jobs_by_dataset;
create index dataset_jobs_by_dataset on dataset_jobs (dataset_id, seq desc);
