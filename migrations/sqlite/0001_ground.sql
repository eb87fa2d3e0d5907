-- The ground: practices, their people, hours, visits, jobs, feeds.
-- The same tables and columns as ../postgres/0001_ground.sql; a test compares them.
-- Instants are UTC text in whole seconds, exactly `YYYY-MM-DDTHH:MM:SS+00:00`, so that they
-- compare as text; the checks below refuse any other form.

create table settings (
    name  text not null primary key,
    value text not null
) strict;

create table practices (
    id         blob not null primary key,
    slug       text not null unique,
    name       text not null,
    phone      text not null,
    email      text,
    holidays   text not null,
    demo       text,
    created_at text not null
) strict;

create table places (
    id          blob not null primary key,
    practice_id blob not null references practices (id),
    name        text not null,
    address     text not null,
    town        text not null,
    zone        text not null,
    created_at  text not null
) strict;
create index places_of_practice on places (practice_id);

create table practitioners (
    id             blob not null primary key,
    practice_id    blob not null references practices (id),
    slug           text not null unique,
    name           text not null,
    specialty      text not null,
    agenda_version integer not null default 0,
    created_at     text not null
) strict;
create index practitioners_of_practice on practitioners (practice_id);

create table visit_reasons (
    id              blob not null primary key,
    practice_id     blob not null references practices (id),
    practitioner_id blob not null references practitioners (id),
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
    birth_date      integer not null check (birth_date in (0, 1)),
    instructions    text not null,
    created_at      text not null,
    archived_at     text,
    unique (practitioner_id, slug)
) strict;

create table opening_hours (
    id              blob not null primary key,
    practice_id     blob not null references practices (id),
    practitioner_id blob not null references practitioners (id),
    place_id        blob not null references places (id),
    weekday         integer check (weekday between 0 and 6),
    every           integer not null check (every between 1 and 52),
    first_day       text not null,
    until_day       text,
    starts          text not null,
    ends            text not null,
    created_at      text not null,
    check (until_day is null or until_day >= first_day),
    check (ends = '00:00:00' or ends > starts)
) strict;
create index opening_hours_of_practitioner on opening_hours (practitioner_id);

create table opening_hours_reasons (
    opening_hours_id blob not null references opening_hours (id) on delete cascade,
    visit_reason_id  blob not null references visit_reasons (id),
    primary key (opening_hours_id, visit_reason_id)
) strict;

create table absences (
    id              blob not null primary key,
    practice_id     blob not null references practices (id),
    practitioner_id blob not null references practitioners (id),
    starts_at       text not null check (starts_at glob '????-??-??T??:??:??+00:00'),
    ends_at         text not null check (ends_at glob '????-??-??T??:??:??+00:00'),
    note            text,
    created_at      text not null,
    check (starts_at < ends_at)
) strict;
create index absences_of_practitioner on absences (practitioner_id, ends_at);

create table patients (
    id          blob not null primary key,
    practice_id blob not null references practices (id),
    given_name  text not null,
    family_name text not null,
    email       text,
    phone       text not null,
    birth_date  text,
    lang        text not null,
    created_at  text not null
) strict;
create index patients_of_practice on patients (practice_id);

-- A hold is an appointment that waits for its code: one table, so that one guard sees both.
create table appointments (
    id              blob not null primary key,
    practice_id     blob not null references practices (id),
    practitioner_id blob not null references practitioners (id),
    place_id        blob not null references places (id),
    visit_reason_id blob not null references visit_reasons (id),
    patient_id      blob not null references patients (id),
    starts_at       text not null check (starts_at glob '????-??-??T??:??:??+00:00'),
    ends_at         text not null check (ends_at glob '????-??-??T??:??:??+00:00'),
    buffer_before   integer not null check (buffer_before between 0 and 120),
    buffer_after    integer not null check (buffer_after between 0 and 120),
    status          text not null check (status in ('held', 'expired', 'booked', 'arrived', 'attended', 'missed', 'cancelled')),
    held_until      text,
    cancelled_by    text check (cancelled_by in ('patient', 'practice')),
    wrong_codes     integer not null default 0,
    codes_sent      integer not null default 0,
    sequence        integer not null default 0,
    hold_hash       blob unique,
    link_version    integer not null default 0,
    link_hash       blob not null unique,
    idempotency_key text not null,
    created_at      text not null check (created_at glob '????-??-??T??:??:??+00:00'),
    changed_at      text not null check (changed_at glob '????-??-??T??:??:??+00:00'),
    unique (practice_id, idempotency_key),
    check (starts_at < ends_at),
    check (unixepoch(ends_at) - unixepoch(starts_at) <= 86400),
    check ((status = 'held') = (held_until is not null)),
    check ((status = 'cancelled') = (cancelled_by is not null))
) strict;
create index appointments_of_practitioner on appointments (practitioner_id, starts_at);
create index appointments_held on appointments (held_until) where status = 'held';
create index appointments_expired on appointments (changed_at) where status = 'expired';
create index appointments_of_patient on appointments (patient_id);

-- The last guard: whatever the program does, two visits of one practitioner never overlap.
-- No visit is longer than a day, so only those that start within a day before can reach in.
create trigger appointments_never_overlap_insert before insert on appointments
when new.status in ('held', 'booked', 'arrived', 'attended', 'missed')
begin
    select raise(abort, 'appointments_never_overlap')
    where exists (
        select 1 from appointments other
        where other.practitioner_id = new.practitioner_id
          and other.starts_at < new.ends_at
          and other.starts_at > strftime('%Y-%m-%dT%H:%M:%S+00:00', new.starts_at, '-1 day', '-1 second')
          and other.ends_at > new.starts_at
          and other.status in ('held', 'booked', 'arrived', 'attended', 'missed'));
end;
create trigger appointments_never_overlap_update before update of practitioner_id, starts_at, ends_at, status on appointments
when new.status in ('held', 'booked', 'arrived', 'attended', 'missed')
begin
    select raise(abort, 'appointments_never_overlap')
    where exists (
        select 1 from appointments other
        where other.practitioner_id = new.practitioner_id
          and other.id <> new.id
          and other.starts_at < new.ends_at
          and other.starts_at > strftime('%Y-%m-%dT%H:%M:%S+00:00', new.starts_at, '-1 day', '-1 second')
          and other.ends_at > new.starts_at
          and other.status in ('held', 'booked', 'arrived', 'attended', 'missed'));
end;

create table jobs (
    id           blob not null primary key,
    practice_id  blob not null references practices (id),
    kind         text not null,
    payload      text not null,
    dedup_key    text not null unique,
    run_at       text not null,
    attempts     integer not null default 0,
    leased_until text,
    last_error   text,
    outcome      text check (outcome in ('done', 'discarded', 'failed')),
    finished_at  text,
    created_at   text not null,
    check ((outcome is null) = (finished_at is null))
) strict;
create index jobs_due on jobs (run_at) where finished_at is null;
create index jobs_failed on jobs (practice_id, finished_at) where outcome = 'failed';

create table accounts (
    id            blob not null primary key,
    email         text not null unique,
    name          text not null,
    password_hash text not null,
    lang          text not null,
    created_at    text not null
) strict;

create table memberships (
    account_id      blob not null references accounts (id),
    practice_id     blob not null references practices (id),
    role            text not null check (role in ('owner', 'practitioner', 'secretary')),
    practitioner_id blob references practitioners (id),
    created_at      text not null,
    primary key (account_id, practice_id)
) strict;

create table delegations (
    practice_id     blob not null references practices (id),
    account_id      blob not null references accounts (id),
    practitioner_id blob not null references practitioners (id),
    primary key (account_id, practitioner_id)
) strict;

create table sessions (
    token_hash   blob not null primary key,
    account_id   blob not null references accounts (id),
    practice_id  blob not null references practices (id),
    created_at   text not null,
    last_seen_at text not null,
    expires_at   text not null
) strict;
create index sessions_of_account on sessions (account_id);

create table calendar_feeds (
    id              blob not null primary key,
    practice_id     blob not null references practices (id),
    practitioner_id blob not null references practitioners (id),
    token_hash      blob not null unique,
    detail          text not null check (detail in ('busy_only', 'initials', 'full_name')),
    lang            text not null,
    sequence        integer not null default 0,
    created_at      text not null,
    changed_at      text not null,
    revoked_at      text,
    last_used_at    text
) strict;
create index calendar_feeds_of_practitioner on calendar_feeds (practitioner_id);

-- Who did what, when: written by the transaction that did it, never changed.
create table audit (
    id          blob not null primary key,
    practice_id blob not null references practices (id),
    at          text not null,
    actor       text not null,
    account_id  blob,
    action      text not null,
    subject     text not null,
    subject_id  blob not null,
    before      text,
    after       text
) strict;
create index audit_of_subject on audit (practice_id, subject_id);
create trigger audit_is_append_only_update before update on audit
begin
    select raise(abort, 'audit_is_append_only');
end;
create trigger audit_is_append_only_delete before delete on audit
begin
    select raise(abort, 'audit_is_append_only');
end;
