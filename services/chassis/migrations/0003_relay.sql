-- The relay's cursor: up to which event each shard has been sent to the topic.
-- depends: 0001_log

-- migrate: apply

create table log.relay (
    shard smallint primary key references log.head (shard),
    seq   bigint   not null
);

insert into log.relay (shard, seq)
select shard, 0 from generate_series(0, 15) as shard;

call log.allow('select, update (seq) on log.relay');

-- migrate: rollback
