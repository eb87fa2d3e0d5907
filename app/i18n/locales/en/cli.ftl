### What the host’s commands say: backup, restore, doctor.
### An error says what is wrong, then what to do.

## Backup and restore

cli-step-writing = writing { $percent }%
cli-step-checking = checking { $percent }%
cli-step-replacing = replacing { $percent }%

cli-backup-made = { $file }: { $rows } rows, { $kilobytes } kB, written and read again
cli-backup-not-noted = The database could not note that it was backed up; the backup itself is whole.
cli-backup-not-a-file = { $file } is there and is no file: choose another name
cli-backup-file-exists = { $file } is there already: choose another name, or --force to replace it
cli-backup-is-database = { $file } is the database itself, or belongs to it: choose another name
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

## The doctor: each line says what was seen; after the arrow, what to do

doctor-ok = ok
doctor-look = look
doctor-wrong = wrong
doctor-configuration = configuration
doctor-database = database
doctor-schema = schema
doctor-clock = clock
doctor-time-zones = time zones
doctor-mail = mail
doctor-address = public address
doctor-proxy = proxy
doctor-backup = backup
doctor-disk = disk
doctor-permissions = permissions

doctor-configuration-read = read; people reach it at { $address }

doctor-database-missing = there is none yet
doctor-database-missing-do = `rdv serve` makes it; then look again
doctor-database-broken = does not answer, or is none: { $error }
doctor-database-broken-do = check RDV_DATABASE_URL and whether the server of the database runs; a damaged file is replaced from a backup: rdv restore FILE --replace
doctor-database-demo = holds the demonstration, whose passwords anybody can work out
doctor-database-demo-do = for a public instance begin with an empty database: another RDV_DATABASE_URL, then the link that `rdv serve` gives
doctor-database-faults = damaged, { $count } faults: { $fault }
doctor-database-faults-do = stop the server, restore the last backup (rdv restore FILE --replace keeps the damaged file), have the disk checked
doctor-sqlite = SQLite { $version }, journal { $journal }, whole
doctor-sqlite-old-do = build rdv with SQLite 3.51.3 or newer: older ones can lose a booking
doctor-sqlite-journal-do = the server sets the journal to WAL at its next start; if it stays, the file system does not allow it
doctor-postgres = PostgreSQL { $version }
doctor-postgres-old-do = use PostgreSQL 13 or newer
doctor-postgres-gist = PostgreSQL { $version } without btree_gist
doctor-postgres-gist-do = install the contrib package of PostgreSQL: two visits at one time are refused by it
doctor-postgres-off = PostgreSQL { $version } with { $off } off
doctor-postgres-off-do = set them to on: a confirmed visit may be lost at a power cut
doctor-schema-none = the database has none of rdv
doctor-schema-is = { $found }; this program knows up to { $known }
doctor-schema-newer-do = a newer rdv changed it: use that version, or restore a backup from before
doctor-schema-older-do = make a backup, then `rdv migrate` (or start the server)
doctor-schema-changed-do = undo what was changed by hand, or restore a backup
doctor-clock-apart = { $now }; { $seconds } s apart from the database’s
doctor-clock-back = { $now }, but something was written at { $last }: the clock was ahead, or is behind now
doctor-clock-do = let the machine keep its time (systemd-timesyncd, chrony), then look again
doctor-zones = all known; rules { $release }
doctor-zones-unknown = unknown to the rules { $release }: { $zones }
doctor-zones-old-do = use a newer rdv: hours are computed by the rules that it holds
doctor-backup-never = none was ever made
doctor-backup-made = made { $at }
doctor-backup-do = every night: rdv backup /elsewhere/rdv-$(date +%F).rdv

doctor-mail-answers = { $at } answers, encrypts and signs in as configured
doctor-mail-sent = { $at } took the mail for { $to }: see that it arrives
doctor-mail-folder = mails are files in { $folder }; none leaves
doctor-mail-folder-do = let the user of the server write there, or set RDV_SMTP_URL
doctor-mail-setup-do = set RDV_SMTP_URL to a mail server: smtp://user:password@host:587
doctor-mail-unreachable-do = check host and port in RDV_SMTP_URL, the firewall, and whether the provider blocks the port
doctor-mail-encryption-do = check the host name in RDV_SMTP_URL against the certificate; a private authority is named by ?ca=FILE, TLS from the first byte is smtps://
doctor-mail-sign-in-do = check name and password in RDV_SMTP_URL (@ : / % are written %40 %3A %2F %25)
doctor-mail-refused-do = ask whoever runs the mail server whether this machine may send as RDV_MAIL_FROM
doctor-mail-late = a mail has been due since { $since } and nobody sends it
doctor-mail-late-do = is `rdv serve` running on this database? its log says why mails do not go
doctor-mail-subject = rdv: a mail to try
doctor-mail-text = Mails of { $address } arrive.

doctor-address-here = { $url } leads here
doctor-address-no-database = not asked: the database does not answer
doctor-address-no-key = not asked: the instance has no key yet
doctor-address-silent = { $url } does not answer: { $error }
doctor-address-silent-do = start the server; check the name in the DNS, the certificate, the proxy and the firewall
doctor-address-slow = no answer in ten seconds
doctor-address-leads = { $url } leads on to { $location }
doctor-address-leads-do = set RDV_PUBLIC_URL to the address where it ends
doctor-address-status = { $url } answers { $status }
doctor-address-other = another program, or another instance, answers at { $url }
doctor-address-other-do = let the proxy pass everything on to RDV_LISTEN of this instance, /healthz included
doctor-proxy-believes = { $peer } passes on whatever a client claims in X-Forwarded-For
doctor-proxy-believes-do = let the proxy replace or append to X-Forwarded-For; name only proxies in RDV_TRUSTED_PROXIES
doctor-proxy-not-trusted = requests come through { $peer }, which RDV_TRUSTED_PROXIES does not name: all people count as one for the limits
doctor-proxy-not-trusted-do = RDV_TRUSTED_PROXIES={ $peer }
doctor-proxy-silent = { $peer } does not say who asks: all people count as one for the limits
doctor-proxy-silent-do = let the proxy set X-Forwarded-For (Caddy does; nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;), and name it in RDV_TRUSTED_PROXIES
doctor-proxy-host = the proxy passes on the host { $host } instead of { $ours }
doctor-proxy-host-do = let the proxy keep the host (nginx: proxy_set_header Host $host;)
doctor-proxy-well = { $peer } says who asks, and is believed
doctor-proxy-none = none on the way

doctor-disk-free = { $megabytes } MB free at { $place }
doctor-disk-do = make room: without it bookings are refused
doctor-permissions-private = files are private
doctor-permissions-open = others on this machine may read { $files }
doctor-permissions-open-do = chmod 600 { $files }
doctor-permissions-not-ours = { $file } cannot be written by whoever runs this
doctor-permissions-not-ours-do = run this as the user of the server; if it was, give the file to that user: chown
