-- How long it took until every node had confirmed what was taken away, by day.

create table receipt_days (
  day date primary key,
  count integer not null,
  slowest_ms double precision not null
);
