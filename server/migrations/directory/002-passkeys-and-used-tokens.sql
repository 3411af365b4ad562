-- Passkeys are found by the digest of their id; challenges and states that live sealed in browsers are used once.

alter table entries drop constraint entries_kind_check;
alter table entries add constraint entries_kind_check
  check (kind in ('email', 'username', 'external_login', 'passkey', 'api_key', 'invite_token'));

-- Random ids of tokens that were used, until the tokens would have lapsed anyway.
create table used_tokens (
  id text primary key,
  -- The opaque id of whom it was used for, where the same one may try again after a crash.
  used_by text,
  expires_at timestamptz not null
);
create index used_tokens_by_expiry on used_tokens (expires_at);
