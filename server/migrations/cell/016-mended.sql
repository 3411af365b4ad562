-- Found by reading: what is taken away or listed by a column that no index begins with.

-- Each event that is erased takes its marks along.
create index activity_marks_by_event on activity_marks (event_id);

-- Lists of a workspace go by id, which begins with its time.
create index exports_in_order on exports (workspace_id, id);
create index deployments_in_order on deployments (workspace_id, id);
