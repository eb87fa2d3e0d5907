-- A row of the trail has no number of SQLite's any more: `insert or replace` by that number removed
-- a line without any trigger.
-- The same tables and columns as ../postgres/0006_audit_without_rowid.sql; a test compares them.

create table audit_kept (
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
) strict, without rowid;
insert into audit_kept (id, practice_id, at, actor, account_id, action, subject, subject_id, before, after)
select id, practice_id, at, actor, account_id, action, subject, subject_id, before, after
from audit order by id;
drop table audit;
alter table audit_kept rename to audit;

create index audit_of_subject on audit (practice_id, subject_id, at, id);
create index audit_of_practice on audit (practice_id, at, id);
create trigger audit_is_append_only_update before update on audit
begin
    select raise(abort, 'audit_is_append_only');
end;
create trigger audit_is_append_only_delete before delete on audit
begin
    select raise(abort, 'audit_is_append_only');
end;
create trigger audit_is_append_only_insert before insert on audit
when exists (select 1 from audit where id = new.id)
begin
    select raise(abort, 'audit_is_append_only');
end;
