-- People and how they sign in. Addresses and client details are sealed under the account's data key.

create table data_keys (
  account_id text primary key,
  wrapped bytea not null,
  created_at timestamptz not null
);

-- What a public page shows of a person or a team: plain by design.
create table profiles (
  id text primary key check (id ~ '^(user|team)_[0-9a-f]{24}$'),
  username text not null unique check (username ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(username) between 4 and 32),
  display_name text not null check (length(display_name) between 1 and 100),
  company text not null default '',
  use_case text not null default '',
  bio text not null default '',
  socials jsonb not null default '{}',
  icon_color text,
  icon_letter text,
  created_at timestamptz not null
);

create table users (
  id text primary key references profiles (id) on delete cascade,
  password_hash text,
  onboarded_at timestamptz not null
);

create table emails (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  address_sealed bytea not null,
  -- The directory's digest of the same address.
  digest bytea not null unique,
  verified_at timestamptz,
  is_primary boolean not null,
  created_at timestamptz not null
);
create unique index emails_one_primary on emails (user_id) where is_primary;

create table sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  client_sealed bytea not null,
  created_at timestamptz not null,
  last_active_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table password_resets (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_resets_by_expiry on password_resets (expires_at);
