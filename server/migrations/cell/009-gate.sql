-- Nodes remember what a key may do; whatever changes that is told to every node of the deployment with the commit (decision 0041).

create table gate_nodes (
  id uuid primary key,
  -- Raised by the node several times a second. A node whose beat stands still for a lease has stopped trusting its memory.
  beat bigint not null default 0
);

create function gate_tell() returns trigger language plpgsql as $$
begin
  perform pg_notify('gate', case tg_table_name
    when 'api_keys' then 'key ' || old.id
    when 'workspaces' then 'workspace ' || old.id
    when 'profiles' then 'workspace ' || old.id
  end);
  return null;
end $$;

create function gate_tell_member() returns trigger language plpgsql as $$
begin
  perform pg_notify('gate', 'member ' || old.workspace_id || ' ' || old.user_id);
  return null;
end $$;

create trigger gate_keys after delete or update of scopes, expires_at, paused_at, allowed_addresses, digest, created_by, workspace_id
  on api_keys for each row execute function gate_tell();
create trigger gate_members after delete or update of role, user_id, workspace_id
  on memberships for each row execute function gate_tell_member();
create trigger gate_workspaces after delete or update of plan, seats_max, enterprise_until, deleted_at, second_factor_required
  on workspaces for each row execute function gate_tell();
create trigger gate_profiles after delete or update of username, display_name
  on profiles for each row execute function gate_tell();
