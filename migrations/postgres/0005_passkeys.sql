-- Passkeys (WebAuthn): what a device or a security key proves itself by.
-- The same tables and columns as ../sqlite/0005_passkeys.sql; a test compares them.

-- The public half only; the private one never leaves the device.
create table passkeys (
    id            uuid not null primary key,
    account_id    uuid not null references accounts (id),
    credential_id bytea not null unique,
    credential    text not null,
    counter       bigint not null default 0,
    name          text not null,
    created_at    timestamptz not null,
    last_used_at  timestamptz
);
create index passkeys_of_account on passkeys (account_id);

-- A challenge that waits for its answer: one for each session or sign-in, good once. Nobody's
-- account where somebody signs in by passkey alone.
create table passkey_ceremonies (
    token_hash bytea not null primary key,
    purpose    text not null,
    account_id uuid references accounts (id),
    about      text not null,
    shown      text not null,
    state      text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check ((account_id is null) = (purpose = 'sign-in'))
);
create index passkey_ceremonies_of_account on passkey_ceremonies (account_id);
