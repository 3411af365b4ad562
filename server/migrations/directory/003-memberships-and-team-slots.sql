-- Which workspaces a person belongs to, as pairs of opaque ids; places for the teams one may own; names that are never given out again.

alter table entries drop constraint entries_kind_check;
alter table entries add constraint entries_kind_check
  check (kind in ('email', 'username', 'external_login', 'passkey', 'api_key', 'invite_token', 'membership', 'team_slot'));

alter table entries drop constraint entries_state_check;
alter table entries add constraint entries_state_check
  -- retired: never found and never free again
  check (state in ('reserved', 'confirmed', 'releasing', 'retired'));
alter table entries drop constraint entries_check;
alter table entries add constraint entries_lease_check
  check ((state in ('confirmed', 'retired')) = (lease_until is null));

-- Of a membership or a team slot: whose it is. The subject is the workspace.
alter table entries add column member_id text
  check ((member_id is not null) = (kind in ('membership', 'team_slot')));
create index entries_by_member on entries (member_id) where member_id is not null;
