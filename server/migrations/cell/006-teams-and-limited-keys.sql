-- People share workspaces: invites, seats, members from other cells. Keys can end, pause, be limited to addresses, and tell who uses them.

alter table workspaces
  -- Set by the operator for Enterprise; null leaves the plan's own number.
  add column seats_max integer check (seats_max between 1 and 10000),
  -- When an Enterprise licence ends; null for one without an end.
  add column enterprise_until timestamptz,
  -- A deleted workspace is gone for everybody from here on; its rows follow in the background.
  add column deleted_at timestamptz;

alter table memberships
  add column invited_by text,
  -- The address this member shares with the workspace, under their data key in this cell; null: their primary one, kept here anyway.
  add column email_sealed bytea;
create index memberships_by_user on memberships (user_id);

-- Members whose own account lives in another cell. Of them the workspace is told a name here, and an address with the membership.
create table guests (
  id text primary key check (id ~ '^user_[0-9a-f]{24}$'),
  username text not null,
  display_name text not null,
  region text not null,
  created_at timestamptz not null
);

create table invites (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  -- Under the workspace's data key.
  email_sealed bytea not null,
  -- The directory's digest of the same address.
  email_digest bytea not null,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  token_digest bytea not null unique check (octet_length(token_digest) = 32),
  invited_by text not null,
  status text not null default 'pending' check (status in ('pending', 'accepted', 'cancelled', 'expired')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  settled_at timestamptz,
  check ((status = 'pending') = (settled_at is null))
);
create unique index invites_one_pending on invites (workspace_id, email_digest) where status = 'pending';
create index invites_by_workspace on invites (workspace_id);
create index invites_lapsing on invites (expires_at) where status = 'pending';

alter table sessions
  -- The workspace this session acts in when a request names none; null: the person's own.
  add column active_cell_id text,
  add column active_workspace_id text,
  add constraint sessions_active check ((active_cell_id is null) = (active_workspace_id is null));

alter table api_keys
  -- Null for a key that was shown once.
  alter column sealed drop not null,
  add column expires_at timestamptz,
  add column paused_at timestamptz,
  add column allowed_addresses text[] check (cardinality(allowed_addresses) > 0),
  -- When its maker was told that it is time to rotate.
  add column reminded_at timestamptz;
create index api_keys_by_creator on api_keys (workspace_id, created_by);
create index api_keys_unreminded on api_keys (created_at) where reminded_at is null;

-- From where a key is used: one row for each address and program. Who they are is sealed under the data key of the key's maker.
create table api_key_clients (
  key_id text not null references api_keys (id) on delete cascade,
  digest bytea not null check (octet_length(digest) = 32),
  details_sealed bytea not null,
  first_used_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (key_id, digest)
);

-- What for: uses by day.
create table api_key_uses (
  key_id text not null,
  client_digest bytea not null,
  endpoint text not null,
  day date not null,
  uses bigint not null,
  last_used_at timestamptz not null,
  primary key (key_id, client_digest, endpoint, day),
  foreign key (key_id, client_digest) references api_key_clients (key_id, digest) on delete cascade
);
