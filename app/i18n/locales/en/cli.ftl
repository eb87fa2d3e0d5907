### What the host’s commands say: backup, restore, doctor.
### An error says what is wrong, then what to do.

## Backup and restore

cli-step-writing = writing { $percent }%
cli-step-checking = checking { $percent }%
cli-step-replacing = replacing { $percent }%

cli-backup-made = { $file }: { $rows } rows, { $kilobytes } kB, written and read again
cli-backup-not-noted = The database could not note that it was backed up; the backup itself is whole.
cli-backup-file-exists = { $file } is there already: choose another name, or --force to replace it
cli-backup-is-database = { $file } is the database itself: choose another name
cli-backup-no-database = there is no database of rdv there: look at RDV_DATABASE_URL
cli-database-newer = the database was written by a newer version of rdv: use that version, or a newer one

cli-restore-no-backup = { $file } is no backup made by `rdv backup`
cli-restore-newer-form = { $file } was made by a newer version of rdv: use that version, or a newer one
cli-restore-newer-schema = { $file } holds schema { $found }, this version of rdv knows up to { $known }: use the version that made it, or a newer one
cli-restore-truncated = the end of { $file } is missing: use another copy; nothing was changed
cli-restore-damaged = { $file } is not as it was written: use another copy; nothing was changed
cli-restore-not-empty = the database holds data: --replace replaces it (SQLite keeps the old file beside the new one); nothing was changed
cli-restore-in-use = something uses the database: stop the server and whatever else has it open; nothing was changed

cli-restored = restored: { $rows } rows, as they were on { $at }
cli-restored-aside = the old database is kept as { $file }; remove it when all is well
cli-restored-given-up =
    { $count ->
        [one] one mail was waiting when the backup was made, and may have gone since: the office shows it as “to be phoned”
       *[other] { $count } mails were waiting when the backup was made, and may have gone since: the office shows them as “to be phoned”
    }
cli-restored-since = Nobody is signed in. What was booked, cancelled or revoked since is not there: look at the mails sent since, and tell the practices.
