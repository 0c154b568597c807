-- 科目表: charts are numbered as they were published, for two of them may be published on one day.
-- depends: 0001_books

-- migrate: apply

alter table state.chart add column number bigint;

update state.chart set number = earlier.number
from (select chart_id, row_number() over (order by since, chart_id) as number from state.chart) as earlier
where chart.chart_id = earlier.chart_id;

alter table state.chart alter column number set not null, add unique (number);

-- migrate: rollback
