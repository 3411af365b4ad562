-- More ways to sign in, what a session was opened with, several addresses, pictures, preferences and followers.

alter table users
  -- What the addresses of this person have earned so far (SPEC 1.5).
  add column signup_bonus_cents integer not null default 0 check (signup_bonus_cents in (0, 500, 2500)),
  add column preferences jsonb not null default '{}';
update users set signup_bonus_cents = 500;

-- An address belongs to one person once it is proved; until then anybody may have typed it.
alter table emails drop constraint emails_digest_key;
create unique index emails_verified on emails (digest) where verified_at is not null;
create unique index emails_by_user on emails (user_id, digest);
alter table emails
  -- Digest of the code under way, which is good for this row alone; null when there is none.
  add column code_digest text,
  add column code_sent_at timestamptz,
  add column code_attempts integer not null default 0,
  add constraint emails_primary_is_verified check (not is_primary or verified_at is not null);

alter table sessions
  -- When the person last proved who they are.
  add column authenticated_at timestamptz not null default now(),
  -- By what they signed in.
  add column methods text[] not null default '{}',
  -- What made the session strong: 'totp', 'recovery-code' or the id of a passkey. Cleared when that factor is removed.
  add column second_factor text;
update sessions set authenticated_at = created_at;

-- Browsers somebody has signed in with before: a sign-in from another one is told by mail.
create table known_devices (
  user_id text not null references users (id) on delete cascade,
  digest bytea not null check (octet_length(digest) = 32),
  last_seen_at timestamptz not null,
  primary key (user_id, digest)
);

-- Accounts at providers that sign a person in. The digest is the directory's; subject and address are sealed.
create table identities (
  user_id text not null references users (id) on delete cascade,
  provider text not null check (provider in ('google', 'github', 'apple', 'local')),
  digest bytea not null unique,
  details_sealed bytea not null,
  connected_at timestamptz not null,
  primary key (user_id, provider)
);

-- Accounts at providers that somebody has disconnected: no verified address connects them again, only the person from inside.
create table disconnected_identities (
  user_id text not null references users (id) on delete cascade,
  digest bytea not null,
  primary key (user_id, digest)
);

create table passkeys (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null check (length(name) between 1 and 60),
  credential_id bytea not null unique,
  public_key bytea not null,
  -- How often the authenticator says it was used; 0 for those that do not count.
  counter bigint not null,
  transports text[] not null default '{}',
  synced boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_by_user on passkeys (user_id);

-- One authenticator app for each person. Without a confirmation it asks for nothing yet.
create table totps (
  user_id text primary key references users (id) on delete cascade,
  secret_sealed bytea not null,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  -- The time step of the last code that was taken: each code is used once (RFC 6238, 5.2).
  last_step bigint not null default 0
);

-- What is left of the recovery codes. A used one is gone.
create table recovery_codes (
  user_id text not null references users (id) on delete cascade,
  digest bytea not null check (octet_length(digest) = 32),
  primary key (user_id, digest)
);

-- Pictures are public, as the profile they belong to. WebP, at most 512 × 512.
create table profile_icons (
  profile_id text primary key references profiles (id) on delete cascade,
  -- Part of the address, so that a new picture has a new one.
  id text not null,
  webp bytea not null
);

-- Who follows this person or team. A follower may live in another cell.
create table follows (
  profile_id text not null references profiles (id) on delete cascade,
  follower_id text not null,
  created_at timestamptz not null,
  primary key (profile_id, follower_id)
);

alter table workspaces
  -- Members act here only in a session that was opened with a second factor.
  add column second_factor_required boolean not null default false;
