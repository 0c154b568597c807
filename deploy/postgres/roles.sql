-- The two roles of one service: an owner that migrates, and a service role that may do only what migrations grant.
-- Names and passwords come as settings of the session:
--   claims.service, claims.owner_password, claims.service_password
-- Doing it again changes nothing but the passwords.
do $$
declare
    service text := current_setting('claims.service');
    owner text := service || '_owner';
begin
    if not exists (select from pg_roles where rolname = owner) then
        execute format('create role %I', owner);
    end if;
    if not exists (select from pg_roles where rolname = service) then
        execute format('create role %I', service);
    end if;
    execute format(
        'alter role %I login nosuperuser nocreatedb nocreaterole password %L',
        owner, current_setting('claims.owner_password')
    );
    execute format(
        'alter role %I login nosuperuser nocreatedb nocreaterole password %L',
        service, current_setting('claims.service_password')
    );
end
$$;
