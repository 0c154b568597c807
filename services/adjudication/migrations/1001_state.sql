-- What adjudication knows: folds of enrollment's log (who is covered) and of its own (claims, decisions, the year).
-- depends:

-- migrate: apply

create schema state;

-- folds of enrollment's log

create table state.coverage (
    person text not null,
    book   text not null,
    begins date not null,
    ends   date,
    birth  date not null,
    primary key (person, book, begins)
);

create table state.tag (
    person text not null,
    book   text not null,
    tag    text not null,
    begins date not null,
    ends   date,
    primary key (person, book, tag, begins)
);

create table state.certificate (
    person  text not null,
    book    text not null,
    disease text not null,
    begins  date not null,
    ends    date,
    primary key (person, book, disease, begins)
);

create table state.status (
    person text not null,
    book   text not null,
    since  date not null,
    status text not null,
    primary key (person, book, since)
);

create table state.account_credit (
    person text   not null,
    book   text   not null,
    amount bigint not null check (amount >= 0),
    primary key (person, book)
);

-- a fold of payment's log: lines that were ordered from the bank and did not come back (清算)

create table state.cleared (
    line  text primary key,
    claim text not null
);

create index cleared_claim on state.cleared (claim);

-- folds of the service's own log

create table state.provider (
    provider  text     not null,
    since     date     not null,
    name      text     not null,
    level     text     not null,
    area      text     not null,
    agreement text     not null,
    shard     smallint not null,
    seq       bigint   not null,
    primary key (provider, since)
);

create table state.pack (
    pack    text   not null,
    pack_id text   not null,
    seq     bigint not null,
    content text   not null,
    primary key (pack, pack_id)
);

create index pack_by_name on state.pack (pack, seq);

create table state.claim (
    claim         text     primary key,
    person        text     not null,
    book          text     not null,
    provider      text     not null,
    kind          text     not null,
    disease       text,
    service_date  date     not null,
    admitted      date,
    discharged    date,
    invoice       text     not null,
    pay_to        text     not null,
    total         bigint   not null check (total >= 0),
    actor         text     not null,
    business_date date     not null,
    shard         smallint not null,
    seq           bigint   not null
);

create index claim_of_person on state.claim (person, claim);

create index claim_of_invoice on state.claim (invoice);

-- claims that wait for their first decision
create table state.undecided (
    claim text primary key
);

create table state.decision (
    claim         text     not null,
    round         integer  not null check (round > 0),
    id            uuid     not null,
    hash          bytea    not null,
    outcome       text     not null check (outcome in ('approved', 'denied', 'pended')),
    reason        text,
    findings      text[]   not null,
    fund          bigint   not null check (fund >= 0),
    business_date date     not null,
    shard         smallint not null,
    seq           bigint   not null,
    supersedes    uuid,
    -- until people agree, the decision that it supersedes stands
    waits         boolean  not null generated always as (outcome = 'pended' and supersedes is not null) stored,
    primary key (claim, round),
    check ((outcome = 'denied') = (reason is not null))
);

create index decision_pended on state.decision (claim) where outcome = 'pended';

create index decision_denied on state.decision (claim) where outcome = 'denied';

create index decision_sampled on state.decision (claim) where 'SAMPLED' = any (findings);

create index decision_by_day on state.decision using brin (business_date);

create table state.cancellation (
    claim         text primary key,
    actor         text not null,
    reason        text not null,
    business_date date not null
);

create table state.accumulator (
    person       text    not null,
    book         text    not null,
    year         integer not null,
    basic        bigint  not null check (basic >= 0),
    own_in_scope bigint  not null check (own_in_scope >= 0),
    supplement   bigint  not null check (supplement >= 0),
    assistance   bigint  not null check (assistance >= 0),
    outpatient   bigint  not null check (outpatient >= 0),
    primary key (person, book, year)
);

create table state.chronic (
    person  text    not null,
    book    text    not null,
    year    integer not null,
    disease text    not null,
    used    bigint  not null check (used >= 0),
    primary key (person, book, year, disease)
);

create table state.account_spent (
    person text   not null,
    book   text   not null,
    amount bigint not null check (amount >= 0),
    primary key (person, book)
);

create table state.stay (
    claim      text    primary key,
    person     text    not null,
    disease    text,
    admitted   date    not null,
    discharged date    not null,
    approved   boolean not null
);

create index stay_of_person on state.stay (person);

create table state.invoice (
    invoice text primary key,
    claim   text not null
);

create table state.review (
    claim         text     not null,
    seq           bigint   not null,
    id            uuid     not null,
    decision_id   uuid     not null,
    stage         text     not null,
    decision      text     not null,
    final         boolean  not null,
    actor         text     not null,
    reason        text     not null,
    business_date date     not null,
    primary key (claim, seq)
);

-- what stands in the log is folded again as it is; an audit judges it
create function state.rebuilding() returns boolean
language sql stable set search_path = '' as $$
    select current_setting('application_name') = 'adjudication-rebuild'
        and session_user = (
            select tableowner from pg_catalog.pg_tables where schemaname = 'state' and tablename = 'review'
        );
$$;

-- the own number, as an insured person, of whoever sent the command; none of the service, or where their token is silent
create function state.asking() returns text
language sql stable set search_path = '' as $$
    select nullif(current_setting('claims.person', true), '');
$$;

-- every stage of a chain another person, nobody on a case of their own (不相容岗位分离)
create function state.refuse_same_reviewer() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not state.rebuilding() and exists (
        select from said
        where exists (
                select from state.review as other
                where other.claim = said.claim and other.decision_id = said.decision_id
                    and other.actor = said.actor and other.stage <> said.stage
            )
            or exists (
                select from state.claim as claim
                where claim.claim = said.claim
                    and (said.actor in (claim.actor, claim.person) or claim.person = state.asking())
            )
    ) then
        raise exception 'a review by somebody who has had a part in the claim is refused'
            using errcode = 'integrity_constraint_violation', constraint = 'reviewed_by_another';
    end if;
    return null;
end;
$$;

create trigger refuse_same_reviewer after insert on state.review
referencing new table as said
for each statement execute function state.refuse_same_reviewer();

create view state.listed as
select
    claim.claim, claim.person, claim.book, claim.provider, claim.kind, claim.service_date, claim.pay_to,
    claim.total, claim.business_date, latest.fund, latest.reason, latest.round,
    case when gone.claim is not null then 'cancelled' else coalesce(latest.outcome, 'submitted') end as status
from state.claim as claim
left join lateral (
    select decision.outcome, decision.fund, decision.reason, decision.round
    from state.decision as decision
    where decision.claim = claim.claim and not decision.waits
    order by decision.round desc
    limit 1
) as latest on true
left join state.cancellation as gone on gone.claim = claim.claim;

create function state.given(
    bodies text[], ids uuid[], actors text[], dates date[], shards smallint[], seqs bigint[]
) returns table (body jsonb, id uuid, actor text, business_date date, shard smallint, seq bigint)
language sql immutable as $$
    select row.body::jsonb, row.id, row.actor, row.business_date, row.shard, row.seq
    from unnest(bodies, ids, actors, dates, shards, seqs) as row (body, id, actor, business_date, shard, seq)
$$;

call log.allow('usage on schema state');

call log.allow('select, insert, update, delete on all tables in schema state');

-- migrate: rollback
