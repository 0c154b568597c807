-- 放弃处理: a parked event is given up by two people: one proposes it with a reason, another one approves.
-- depends: 0004_consumer

-- migrate: apply

alter table log.parked
    add column maker text,
    add column grounds text,
    add constraint proposed_with_grounds check ((maker is null) = (grounds is null));

-- not valid: what one person resolved before there were two stays as it is
alter table log.parked
    add constraint given_up_by_two check (state <> 'resolved' or (maker is not null and maker <> closed_by)) not valid;

-- migrate: rollback
