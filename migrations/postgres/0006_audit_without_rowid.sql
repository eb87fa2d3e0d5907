-- Nothing to do here: PostgreSQL replaces no row without its triggers.
-- The same tables and columns as ../sqlite/0006_audit_without_rowid.sql; a test compares them.
select 1;
