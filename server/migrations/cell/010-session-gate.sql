-- Nodes remember sessions as well. Telling of their end is the same as for keys; last_active_at is not told, for nothing ends by it.

create function gate_tell_session() returns trigger language plpgsql as $$
begin
  perform pg_notify('gate', 'session ' || old.id);
  return null;
end $$;

create trigger gate_sessions after delete or update of token_hash, user_id, expires_at, authenticated_at, second_factor,
  active_cell_id, active_workspace_id on sessions for each row execute function gate_tell_session();
