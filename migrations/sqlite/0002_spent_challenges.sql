-- Challenges of booking forms that were used up: each proves work for one hold, on any node.
-- And the holds asked for lately in a practice, which limits are decided on.

create table spent_challenges (
    id         blob not null primary key,
    expires_at text not null check (expires_at glob '????-??-??T??:??:??+00:00')
) strict;
create index spent_challenges_expiry on spent_challenges (expires_at);

create index appointments_asked on appointments (practice_id, created_at) where hold_hash is not null;
