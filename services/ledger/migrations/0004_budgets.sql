-- 预算: what was approved for each line of a book's 收支表 in a year.
-- depends: 0001_books

-- migrate: apply

create table state.budget (
    book  text  not null,
    year  int   not null,
    lines jsonb not null,
    primary key (book, year)
);

call log.allow('select, insert, update (lines) on state.budget');

-- migrate: rollback
