-- Sessions as their owner sees them, the second step of a sign-in, and the audit trail by time.
-- The same tables and columns as ../postgres/0004_factors.sql; a test compares them.

-- A browser and a system by their common names, `firefox/linux`; never the whole User-Agent.
alter table sessions add column device text not null default '';

-- By time too, so that the history of one thing never walks through that of the practice.
drop index audit_of_subject;
create index audit_of_subject on audit (practice_id, subject_id, at, id);
create index audit_of_practice on audit (practice_id, at, id);

-- A secret shared with the person's telephone. It counts once it was proved by a code; until
-- then it is shown to the session that started it, and to no other.
create table totp_factors (
    account_id   blob not null primary key references accounts (id),
    secret       blob not null,
    started_by   blob,
    last_step    integer not null default 0,
    created_at   text not null,
    confirmed_at text,
    check ((started_by is null) = (confirmed_at is not null))
) strict;

create table recovery_codes (
    account_id blob not null references accounts (id),
    code_hash  blob not null,
    created_at text not null,
    used_at    text,
    primary key (account_id, code_hash)
) strict;

-- The password was right, the code is still to come: this opens nothing.
create table pending_sign_ins (
    token_hash blob not null primary key,
    account_id blob not null references accounts (id),
    tries      integer not null default 0,
    created_at text not null,
    expires_at text not null
) strict;
create index pending_sign_ins_of_account on pending_sign_ins (account_id);

-- `insert or replace` removes a row without the trigger of removals.
create trigger audit_is_append_only_insert before insert on audit
when exists (select 1 from audit where id = new.id)
begin
    select raise(abort, 'audit_is_append_only');
end;
