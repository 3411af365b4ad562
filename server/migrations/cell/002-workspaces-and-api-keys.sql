-- Where resources live and who may touch them. A personal workspace has the id of its person.

create table workspaces (
  id text primary key references profiles (id) on delete cascade,
  account_type text not null check (account_type in ('personal', 'team')),
  plan text not null default 'free' check (plan in ('free', 'pro', 'enterprise')),
  storage_bytes bigint not null default 0 check (storage_bytes >= 0),
  created_at timestamptz not null
);

create table memberships (
  workspace_id text not null references workspaces (id) on delete cascade,
  user_id text not null,
  role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  joined_at timestamptz not null,
  primary key (workspace_id, user_id)
);
create unique index memberships_one_owner on memberships (workspace_id) where role = 'owner';

create table api_keys (
  id text primary key,
  workspace_id text not null references workspaces (id) on delete cascade,
  created_by text not null,
  name text not null check (length(name) between 1 and 100),
  key_prefix text not null check (length(key_prefix) = 11),
  digest bytea not null unique check (octet_length(digest) = 32),
  sealed bytea not null,
  -- The master key version inside `sealed`, so that rotation finds what is left to do.
  key_version integer not null,
  scopes text[],
  created_at timestamptz not null,
  last_used_at timestamptz,
  usage_count bigint not null default 0
);
create index api_keys_by_workspace on api_keys (workspace_id, created_at desc);
