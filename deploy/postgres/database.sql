-- What a service may do with the database it is connected to, before any migration: connect.
-- Run in that database by its administrator; settings of the session as in roles.sql.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to %I', current_database(), current_setting('claims.service'));
end
$$;
