-- The ground: practices, their people, hours, visits, jobs, feeds.
-- The same tables and columns as ../sqlite/0001_ground.sql; a test compares them.

-- `gist` indexes on a uuid beside a range; a trusted extension since PostgreSQL 13.
create extension if not exists btree_gist;

create table settings (
    name  text not null primary key,
    value text not null
);

create table practices (
    id         uuid not null primary key,
    slug       text not null unique,
    name       text not null,
    phone      text not null,
    email      text,
    holidays   text not null,
    demo       text,
    created_at timestamptz not null
);

create table places (
    id          uuid not null primary key,
    practice_id uuid not null references practices (id),
    name        text not null,
    address     text not null,
    town        text not null,
    zone        text not null,
    created_at  timestamptz not null
);
create index places_of_practice on places (practice_id);

create table practitioners (
    id             uuid not null primary key,
    practice_id    uuid not null references practices (id),
    slug           text not null unique,
    name           text not null,
    specialty      text not null,
    agenda_version integer not null default 0,
    created_at     timestamptz not null
);
create index practitioners_of_practice on practitioners (practice_id);

create table visit_reasons (
    id              uuid not null primary key,
    practice_id     uuid not null references practices (id),
    practitioner_id uuid not null references practitioners (id),
    slug            text not null,
    name            text not null,
    length          integer not null check (length between 5 and 480),
    step            integer not null check (step between 5 and 480),
    buffer_before   integer not null check (buffer_before between 0 and 120),
    buffer_after    integer not null check (buffer_after between 0 and 120),
    min_notice      integer not null check (min_notice between 0 and 43200),
    horizon         integer not null check (horizon between 1440 and 527040),
    cancel_deadline integer not null check (cancel_deadline between 0 and 43200),
    audience        text not null check (audience in ('everyone', 'staff_only')),
    birth_date      boolean not null,
    instructions    text not null,
    created_at      timestamptz not null,
    archived_at     timestamptz,
    unique (practitioner_id, slug)
);

create table opening_hours (
    id              uuid not null primary key,
    practice_id     uuid not null references practices (id),
    practitioner_id uuid not null references practitioners (id),
    place_id        uuid not null references places (id),
    weekday         integer check (weekday between 0 and 6),
    every           integer not null check (every between 1 and 52),
    first_day       date not null,
    until_day       date,
    starts          time not null,
    ends            time not null,
    created_at      timestamptz not null,
    check (until_day is null or until_day >= first_day),
    check (ends = time '00:00' or ends > starts)
);
create index opening_hours_of_practitioner on opening_hours (practitioner_id);

create table opening_hours_reasons (
    opening_hours_id uuid not null references opening_hours (id) on delete cascade,
    visit_reason_id  uuid not null references visit_reasons (id),
    primary key (opening_hours_id, visit_reason_id)
);

create table absences (
    id              uuid not null primary key,
    practice_id     uuid not null references practices (id),
    practitioner_id uuid not null references practitioners (id),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    note            text,
    created_at      timestamptz not null,
    check (starts_at < ends_at)
);
create index absences_of_practitioner on absences (practitioner_id, ends_at);

create table patients (
    id          uuid not null primary key,
    practice_id uuid not null references practices (id),
    given_name  text not null,
    family_name text not null,
    email       text,
    phone       text not null,
    birth_date  date,
    lang        text not null,
    created_at  timestamptz not null
);
create index patients_of_practice on patients (practice_id);

-- A hold is an appointment that waits for its code: one table, so that one guard sees both.
create table appointments (
    id              uuid not null primary key,
    practice_id     uuid not null references practices (id),
    practitioner_id uuid not null references practitioners (id),
    place_id        uuid not null references places (id),
    visit_reason_id uuid not null references visit_reasons (id),
    patient_id      uuid not null references patients (id),
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    buffer_before   integer not null check (buffer_before between 0 and 120),
    buffer_after    integer not null check (buffer_after between 0 and 120),
    status          text not null check (status in ('held', 'expired', 'booked', 'arrived', 'attended', 'missed', 'cancelled')),
    held_until      timestamptz,
    cancelled_by    text check (cancelled_by in ('patient', 'practice')),
    wrong_codes     integer not null default 0,
    codes_sent      integer not null default 0,
    sequence        integer not null default 0,
    hold_hash       bytea unique,
    link_version    integer not null default 0,
    link_hash       bytea not null unique,
    idempotency_key text not null,
    created_at      timestamptz not null,
    changed_at      timestamptz not null,
    unique (practice_id, idempotency_key),
    check (starts_at < ends_at),
    check (ends_at <= starts_at + interval '1 day'),
    check ((status = 'held') = (held_until is not null)),
    check ((status = 'cancelled') = (cancelled_by is not null)),
    -- The last guard: whatever the program does, two visits of one practitioner never overlap.
    constraint appointments_never_overlap exclude using gist
        (practitioner_id with =, tstzrange(starts_at, ends_at) with &&)
        where (status in ('held', 'booked', 'arrived', 'attended', 'missed'))
);
create index appointments_of_practitioner on appointments (practitioner_id, starts_at);
create index appointments_held on appointments (held_until) where status = 'held';
create index appointments_expired on appointments (changed_at) where status = 'expired';
create index appointments_of_patient on appointments (patient_id);

create table jobs (
    id           uuid not null primary key,
    practice_id  uuid not null references practices (id),
    kind         text not null,
    payload      text not null,
    dedup_key    text not null unique,
    run_at       timestamptz not null,
    attempts     integer not null default 0,
    leased_until timestamptz,
    last_error   text,
    outcome      text check (outcome in ('done', 'discarded', 'failed')),
    finished_at  timestamptz,
    created_at   timestamptz not null,
    check ((outcome is null) = (finished_at is null))
);
create index jobs_due on jobs (run_at) where finished_at is null;
create index jobs_failed on jobs (practice_id, finished_at) where outcome = 'failed';

create table accounts (
    id            uuid not null primary key,
    email         text not null unique,
    name          text not null,
    password_hash text not null,
    lang          text not null,
    created_at    timestamptz not null
);

create table memberships (
    account_id      uuid not null references accounts (id),
    practice_id     uuid not null references practices (id),
    role            text not null check (role in ('owner', 'practitioner', 'secretary')),
    practitioner_id uuid references practitioners (id),
    created_at      timestamptz not null,
    primary key (account_id, practice_id)
);

create table delegations (
    practice_id     uuid not null references practices (id),
    account_id      uuid not null references accounts (id),
    practitioner_id uuid not null references practitioners (id),
    primary key (account_id, practitioner_id)
);

create table sessions (
    token_hash   bytea not null primary key,
    account_id   uuid not null references accounts (id),
    practice_id  uuid not null references practices (id),
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null
);
create index sessions_of_account on sessions (account_id);

create table calendar_feeds (
    id              uuid not null primary key,
    practice_id     uuid not null references practices (id),
    practitioner_id uuid not null references practitioners (id),
    token_hash      bytea not null unique,
    detail          text not null check (detail in ('busy_only', 'initials', 'full_name')),
    lang            text not null,
    sequence        integer not null default 0,
    created_at      timestamptz not null,
    changed_at      timestamptz not null,
    revoked_at      timestamptz,
    last_used_at    timestamptz
);
create index calendar_feeds_of_practitioner on calendar_feeds (practitioner_id);

-- Who did what, when: written by the transaction that did it, never changed.
create table audit (
    id          uuid not null primary key,
    practice_id uuid not null references practices (id),
    at          timestamptz not null,
    actor       text not null,
    account_id  uuid,
    action      text not null,
    subject     text not null,
    subject_id  uuid not null,
    before      text,
    after       text
);
create index audit_of_subject on audit (practice_id, subject_id);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit_is_append_only';
end
$$;
create trigger audit_is_append_only before update or delete on audit
for each row execute function audit_is_append_only();
