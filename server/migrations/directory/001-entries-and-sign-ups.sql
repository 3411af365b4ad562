-- The one global store: which digest belongs to which cell, and how far a sign-up has come. Nothing here identifies anybody.

create table entries (
  kind text not null check (kind in ('email', 'username', 'external_login', 'api_key', 'invite_token')),
  digest bytea not null check (octet_length(digest) = 32),
  cell_id text not null,
  subject_id text not null,
  -- One claim reserves several entries that are confirmed or given up together.
  claim_id uuid not null,
  -- reserved: held while the cell is written · confirmed: in force · releasing: no longer found, the cell still has to follow
  state text not null check (state in ('reserved', 'confirmed', 'releasing')),
  -- When the janitor may settle a reserved or releasing entry.
  lease_until timestamptz,
  -- Opaque ids of who released it, so that the janitor can tell it in the activity feed.
  released_by jsonb,
  primary key (kind, digest),
  check ((state = 'confirmed') = (lease_until is null))
);
create index entries_by_lease on entries (lease_until) where lease_until is not null;
create index entries_by_subject on entries (subject_id);

-- Counts attempts and single use of a sign-up under the random id of its sealed cookie (SPEC 18).
create table sign_ups (
  id uuid primary key,
  code_number integer not null default 1,
  attempts integer not null default 0,
  code_sent_at timestamptz not null,
  verified_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz not null
);
create index sign_ups_by_expiry on sign_ups (expires_at);

-- Tells a wrong master key at start-up instead of at the first person who signs in.
create table installation (
  only_row boolean primary key default true check (only_row),
  sealed_check bytea not null
);
