-- The second copy of signed checkpoints of activity chains: opaque ids and hashes, nothing about anybody (decision 0046).

create table activity_checkpoints (
  workspace_id text not null,
  position bigint not null,
  hash bytea not null,
  created_at timestamptz not null,
  key_version integer not null,
  public_key bytea not null,
  signature bytea not null,
  primary key (workspace_id, position)
);
