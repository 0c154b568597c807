-- Approved claims that were drawn to be looked at afterwards (抽查) are found along an index.
-- depends: 1003_late_facts

-- migrate: apply

create index decision_sampled on state.decision (claim) where 'SAMPLED' = any (findings);

create index pack_by_name on state.pack (pack, seq);

-- migrate: rollback
