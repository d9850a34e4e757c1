-- Statistics (GEN-8): dated facts that follow from the public log, written in the commit of its events. A fact holds
-- from one instant until another, so that what is counted as at a day that is over stays as it was counted then.

-- What the posts are to which cases belong; a post's own facts do not change.
create table matter (
    root_id  uuid     primary key,
    la_id    uuid,
    phase    smallint not null,
    subject  text     not null
);
-- an authority's
create index matter_la on matter (la_id);

-- Where a case stood, from one instant until another.
create table standing (
    case_id    uuid        not null,
    position   bigint      not null,
    matter_id  uuid        not null,
    case_kind  text        not null,
    outcome    text        not null,
    scheme     text        not null,
    edition    text        not null,
    from_at    timestamptz not null,
    until_at   timestamptz not null default 'infinity',
    primary key (case_id, position)
);
-- what belongs to an authority's posts
create index standing_matter on standing (matter_id);

-- A deadline as it was set or moved, and how it ended.
create table timing (
    deadline_id  uuid        not null,
    position     bigint      not null,
    matter_id    uuid        not null,
    rule         text        not null,
    scheme       text        not null,
    edition      text        not null,
    started_on   date        not null,
    due_on       date        not null,
    from_at      timestamptz not null,
    -- when it was set or moved to another day
    until_at     timestamptz not null default 'infinity',
    ended_at     timestamptz not null default 'infinity',
    ended_on     date,
    -- DeadlineEnded.How
    how          smallint,
    primary key (deadline_id, position)
);
-- what belongs to an authority's posts
create index timing_matter on timing (matter_id);

grant select, insert, update on matter, standing, timing to :writer;
grant select on matter, standing, timing to :reader;
