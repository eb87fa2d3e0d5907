-- An absence as it was said on the wall, `2027-03-28T02:30`: what the main place's clock skips cannot
-- be told from its instants, and other clocks have it. Null for those written down before.
-- The same tables and columns as ../postgres/0007_absences_as_said.sql; a test compares them.

alter table absences add column said_from text;
alter table absences add column said_until text;
