-- What a service may do with its database, before any migration: connect. Nobody else may.
-- Settings of the session as in roles.sql, and claims.database.
do $$
declare
    database text := current_setting('claims.database');
begin
    execute format('revoke all on database %I from public', database);
    execute format('grant connect on database %I to %I', database, current_setting('claims.service'));
end
$$;
