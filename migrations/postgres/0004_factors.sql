-- Sessions as their owner sees them, the second step of a sign-in, and the audit trail by time.
-- The same tables and columns as ../sqlite/0004_factors.sql; a test compares them.

-- A browser and a system by their common names, `firefox/linux`; never the whole User-Agent.
alter table sessions add column device text not null default '';

-- By time too, so that the history of one thing never walks through that of the practice.
drop index audit_of_subject;
create index audit_of_subject on audit (practice_id, subject_id, at, id);
create index audit_of_practice on audit (practice_id, at, id);

-- A secret shared with the person's telephone. It counts once it was proved by a code; until
-- then it is shown to the session that started it, and to no other.
create table totp_factors (
    account_id   uuid not null primary key references accounts (id),
    secret       bytea not null,
    started_by   bytea,
    last_step    bigint not null default 0,
    created_at   timestamptz not null,
    confirmed_at timestamptz,
    check ((started_by is null) = (confirmed_at is not null))
);

create table recovery_codes (
    account_id uuid not null references accounts (id),
    code_hash  bytea not null,
    created_at timestamptz not null,
    used_at    timestamptz,
    primary key (account_id, code_hash)
);

-- The password was right, the code is still to come: this opens nothing.
create table pending_sign_ins (
    token_hash bytea not null primary key,
    account_id uuid not null references accounts (id),
    tries      integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index pending_sign_ins_of_account on pending_sign_ins (account_id);
