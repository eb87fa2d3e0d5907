### The practice’s pages: agenda, hours, absences, reasons, places. A key stands in one file only.

## Around every page

office-nav-label = Practice
office-nav-agenda = Agenda
office-nav-hours = Opening hours
office-nav-absences = Absences
office-nav-to-phone = To be phoned
office-nav-settings = Settings
office-nav-reasons = Reasons for a visit
office-nav-feeds = Calendar feed
office-nav-practice = Practice and places
office-nav-account = My account
office-whose-agenda = Agenda of
sign-out = Sign out
column-actions = Actions
field-patient = Patient
field-status = Status
field-password = Password
field-error-day = Enter the day, the month and the year, like 31/12/2026.
field-error-time = Enter a time, like 09:00 or 14:30.
field-error-number = Enter a whole number, like 20.
field-error-hours-out-of-range = Choose from 0 to 720 hours, which is 30 days.
field-error-days-out-of-range = Choose from 1 to 366 days.

## Sign-in and account

sign-in-title = For the practice
sign-in-lead = For practitioners and secretaries. No account is needed to book a visit.
sign-in-submit = Sign in
sign-in-refused = Unknown address or password. Check both, then try again.
sign-in-forgotten = Forgotten your password? Ask the person who looks after the server for a new one.
account-title = My account
account-password-title = Change the password
account-current-password = Current password
account-new-password = New password
account-password-hint = At least eight characters. A sentence does very well.
account-change-password = Change the password
account-password-changed = The password is changed. Other devices are signed out.
account-wrong-password = This is not the current password.
account-error-email-taken = This address has an account already.
account-sessions-title = Devices signed in
account-since = Signed in since
account-last-seen = Last visit
account-this-session = This device, now
account-end-others = Sign out the other devices
account-sessions-ended = The other devices are signed out.
password-error-too-short = Choose a password of at least eight characters.
password-error-too-long = This password is too long: 128 characters at most.
password-error-common = This password is too easy to guess. Try a few words that have nothing to do with each other.

## Agenda

agenda-days-nav = Dates
agenda-span-nav = View
agenda-strip-nav = Days of the week
agenda-day = Day
agenda-week = Week
agenda-today = Today
agenda-previous-day = Previous day
agenda-next-day = Next day
agenda-previous-week = Previous week
agenda-next-week = Next week
agenda-is-today = (today)
agenda-no-visit = No visit
agenda-until = until { $hour }
agenda-open = Open: { $hours }
agenda-absent = Absence
agenda-absent-because = Absence: { $note }
agenda-empty-title = Nothing on these days
agenda-empty = No opening hours and no visits. Publish your hours: free times appear online at once.
agenda-publish-hours = Publish opening hours
agenda-none-title = No agenda yet
agenda-none-advice = The owner of the practice has not entrusted you with an agenda yet.

## A visit

visit-back-to-day = The day
visit-mark-arrived = In the waiting room
visit-mark-attended = Visit done
visit-mark-missed = Did not come
visit-marked-arrived = Noted: in the waiting room.
visit-marked-attended = Noted: visit done.
visit-marked-missed = Noted: did not come.
visit-cancel-open = Cancel this visit…
visit-cancel-mail = A mail will tell the patient and take the visit out of their calendar. The time becomes free again.
visit-cancel-phone = This patient gave no e-mail address: tell them by telephone. The time becomes free again.
visit-cancel = Cancel the visit
visit-cancelled = The visit is cancelled.
visit-error-changed = This visit has changed meanwhile. Here is where it stands.
visit-error-too-early = It is too early to note this: the visit has not taken place yet.
visit-error-over = It is too late to cancel it: the visit is over.

## Booking for somebody

new-visit-title = New visit
new-visit-reason = What for?
new-visit-slot = Which slot?
new-visit-reason-gone-title = This reason is no longer offered
new-visit-reason-gone = It was archived, or never was.
new-visit-no-reason-title = No reason for a visit
new-visit-no-reason = A reason says how long the visit takes. Write one down, then come back.
new-visit-no-slot = All the open times are taken, or none is published. Try another week.
new-visit-email-hint = The confirmation is sent there. Without an address, say day and time on the telephone.
new-visit-lang = Language of the mail
new-visit-submit = Book the visit
visit-booked = The visit is booked.

## Mails that did not go

to-phone-title = People to be told by telephone
to-phone-lead = Their mail did not go, or was refused.
to-phone-empty-title = Nobody to phone
to-phone-empty = When a mail of an agenda that you keep cannot go, the person appears here with their number.
to-phone-notice = { $count ->
    [one] One person is to be told by telephone
   *[other] { $count } people are to be told by telephone
}
to-phone-notice-many = At least { $count } people are to be told by telephone
to-phone-more = The list stops at { $count }: if there are others, they come up as these are told.
to-phone-see = See whom to call
to-phone-still-tried = Still on its way
to-phone-failed = Not sent
to-phone-code = Code to confirm the visit of { $start }
to-phone-confirmation = Confirmation of the visit of { $start }
to-phone-cancellation = Cancellation of the visit of { $start }
to-phone-since = Due since { $at }.
to-phone-done-button = Done
to-phone-done = Noted: the person has been told.
trouble-recipient = The address was refused.
trouble-no-address = No address is known.
trouble-refused = The mail server refused the message: tell whoever runs the server.
trouble-not-begun = It still waits for its turn.
trouble-server = The mail server does not answer.
trouble-setup = The mail server is not set up well: tell the person who looks after it.
trouble-unanswered = The mail server did not confirm: the mail may have arrived.
trouble-other = The mail could not be prepared: tell the person who looks after the server.

## Opening hours

hours-title = Opening hours of { $name }
hours-published-title = Published hours
hours-empty-title = No hours published
hours-empty = As long as there are none, nobody can book online.
hours-days = Days
hours-ranges = Hours
hours-reasons = Reasons
hours-all-reasons = all
hours-every-n-weeks = one week in { $count }
hours-since = from { $first }
hours-last-day = until { $until }
hours-from-until = from { $first } to { $until }
hours-withdraw = Withdraw
hours-withdraw-label = Withdraw: { $days }, { $hours }
hours-withdraw-some = Withdraw…
hours-withdraw-legend = Days to withdraw
hours-withdraw-chosen = Withdraw these days
hours-withdrawn = The hours are withdrawn. Visits that were booked stand.
hours-publish-title = Publish opening hours
hours-kind = When
hours-weekly = Every week
hours-once = One day only
hours-weekdays = Days of the week
hours-first = From
hours-until = Until
hours-every = One week in
hours-every-hint = 1: every week; 2: every other week, counted from the week of the first day.
hours-day = Day
hours-ranges-hint = Leave the lines you do not need empty.
hours-from = From
hours-to = to
hours-range-number = (range { $number })
hours-reasons-hint = With none chosen, every reason can be booked.
hours-publish = Publish
hours-published = The hours are published.
hours-error-no-day = Choose at least one day.
hours-error-no-range = Give at least one range of hours.
hours-error-overlap = Two ranges of hours overlap.
hours-error-past = These days are over.
hours-error-too-far = Choose days within the next ten years.
hours-error-never = None of the chosen days lies between these dates, or the clock skips these hours that night.
feed-changed-meanwhile = Somebody else has changed what this feed shows meanwhile: see below how it stands, then choose again.
reason-error-archived = This reason was archived meanwhile, or is not of this agenda. What you typed is kept below; saving it makes a new reason.
hours-error-reason-gone = A chosen reason was archived meanwhile. Choose again.
form-gone-meanwhile = Nothing was changed: what you chose is no longer there. Somebody withdrew it meanwhile, or the button was pressed twice. This page shows what is left.
form-changed-meanwhile = Somebody else has changed this meanwhile. What you typed is kept below, with what is saved now under each field that differs. Saving it will replace theirs.
hours-error-too-many = There are too many ranges of hours. Withdraw those no longer needed.
hours-error-none-chosen = Choose the days to withdraw.

## Absences

absences-title = Absences of { $name }
absences-announced-title = Announced absences
absences-empty-title = No absence announced
absences-empty = Holidays, a course, a house call: an absence closes the times it covers.
absence-announce-title = Announce an absence
absence-hint = Without hours, the absence covers whole days, the last one included.
absence-each-clock = Your places do not all keep the same time: an absence goes by the local time of each place.
absence-each-clock-days = A whole day goes from midnight to midnight there, local time.
absence-first-day = First day
absence-from = Starting hour
absence-last-day = Last day
absence-to = Ending hour
absence-note = Note
absence-note-hint = For the practice only, never shown to patients.
absence-announce = Announce the absence
absence-when = When
absence-from-until = { $from } to { $until }
absence-on-day = { $day }
absence-days = { $first } to { $last }
absence-hours = { $day }, { $hours }
absence-see-visits = Visits
absence-see-visits-label = Visits during this absence: { $when }
absence-take-back = Take back
absence-take-back-label = Take back the absence: { $when }
absence-announced = The absence is announced. Nobody can book these times any more.
absence-taken-back = The absence is taken back.
absence-title = Visits during the absence
absence-no-visit = No visit is planned during this absence.
absence-visits-title = { $count ->
    [one] One visit is planned during this absence
   *[other] { $count } visits are planned during this absence
}
absence-visits-advice = They stay confirmed. Call these people, then cancel their visits or take the absence back.
absence-visits = Visits concerned
absence-error-ends-before-start = The end must come after the start.
absence-error-never = The clock skips these hours that day.
absence-error-past = This absence is over already.
absence-error-too-long = An absence lasts ten years at most and starts within ten years.
absence-error-too-many = There are too many absences to come. Take back those no longer needed.

## Reasons for a visit

reasons-office-title = Reasons of { $name }
reasons-office-empty-title = No reason
reasons-office-empty = A reason says why people come and how long it takes. Without one, nobody can book.
reason-new = New reason
reason-name = Name of the reason
reason-name-hint = What patients read, for example “Follow-up visit”.
reason-length = Length (minutes)
reason-length-short = Length
reason-step = Starts every (minutes)
reason-buffer-before = Break before (minutes)
reason-buffer-after = Break after (minutes)
reason-length-title = In the agenda
reason-delays-title = Online
reason-min-notice = At least … hours ahead
reason-min-notice-hint = The practice itself can book until the last moment.
reason-cancel-deadline = Cancelling until … hours before
reason-cancel-deadline-hint = After that, the page gives your telephone number.
reason-horizon = At most … days ahead
reason-audience = Who may book
reason-asked = To be asked
reason-birth-date = The date of birth
reason-birth-date-hint = Only if it makes a difference to the visit, for a vaccination for example.
reason-instructions = Instructions before the visit
reason-instructions-hint = Shown when booking and in the mail, for example “Bring your vaccination record”.
reason-archive = Remove
reason-archive-label = Remove the reason: { $name }
reason-saved = The reason is saved.
reason-archived = The reason is removed. Visits that were booked stand.
reason-error-too-many = There are too many reasons. Remove those no longer needed.

## Calendar feed

feeds-title = Calendar feed of { $name }
feeds-lead = A secret address shows the visits in the calendar of a telephone or a computer.
feed-make-title = Make a feed
feed-make = Make the address
feed-too-many = There are too many feeds of this agenda. Remove those no longer needed.
feed-detail = What the calendar shows
feed-detail-hint = The address is enough to read the agenda, without a password: show as little as you can.
feed-detail-changed = Saved. Calendars will show it when they next read the feed.
feed-made-title = The address is ready
feed-made-advice = Copy it now: it will not be shown again.
feed-address = Address of the feed
feed-subscribe = Open in my calendar
feed-of = Feed of { $at }
feed-last-used = Last read on { $at }.
feed-never-used = Not read yet.
feed-renew = Change the address
feed-renew-hint = Changing or deleting the address empties the calendars that read the old one. Do so when a telephone is lost.
feed-revoke = Delete
feed-revoked = The feed is deleted.
feeds-revoked-title = Deleted feeds
feed-revoked-since = Deleted on { $at }
feeds-how-title = How to subscribe
feeds-how = In your calendar program, look for “Subscribe to calendar”, “Add by URL” or “New calendar on the network”, and paste the address.
feeds-delay = Each program reads the address at its own pace: about every hour for most, 4 to 24 hours for Google. For the hour to come, the agenda on this site is what counts.

## Practice and places

practice-name = Name of the practice
practice-phone = Telephone of the practice
practice-email = E-mail address of the practice
practice-email-hint = Answers to confirmation mails arrive there.
practice-holidays = Public holidays
practice-holidays-hint = No time is offered on these days.
practice-see-public = See the public page
practice-saved = The practice is saved.
places-title = Places
place-new = New place
place-name = Name of the place
place-address-hint = As one writes it on an envelope, on several lines.
place-town = Town
place-town-hint = For the search.
place-zone = Time zone
place-saved = The place is saved.
place-error-unknown-zone = Choose a time zone of the list.
place-hours = Hours published here
place-hours-move = They keep the hour that is shown, in the new time zone
place-error-hours-move = Hours are published at this place: 9:00 will stay 9:00, but in the new time zone, so that slots open at another moment. Tick the box if that is what you want; if not, put the time zone back.
place-error-zone-in-use = The time zone cannot change while visits or absences to come depend on it: their hour would change. Take the absences back and announce them again, or create another place.
place-error-too-many = There are too many places.
zones-of-france = France
zones-elsewhere = Elsewhere

## First run

setup-title = Open the practice
setup-lead = Five questions, two minutes. Everything can change later.
setup-practice-title = 1. The practice
setup-practice-hint = As it is written on the door.
setup-place-title = 2. The place
setup-you-title = 3. You
setup-practitioner = Your name, as patients read it
setup-practitioner-hint = For example “Dr Camille Lefèvre”.
setup-specialty = Specialty
setup-specialty-hint = For example “General practice” or “Midwife”.
setup-email-hint = To sign in with. Patients do not see it.
setup-reason-title = 4. A first reason
setup-reason = Reason for a visit
setup-reason-hint = You will add others later.
setup-reason-usual = Consultation
setup-hours-title = 5. Opening hours
setup-hours-hint = The same on each chosen day. Leave empty what you do not need.
setup-gone-advice = It has been used, or it is incomplete. If you copied it, check it; if the practice is open, sign in.
setup-submit = Open the practice

## My account: the devices

account-device = Device
account-end-one = Sign out
account-end-one-label = Sign out the device: { $device }, since { $since }
account-session-ended = The device is signed out.
account-sessions-hint = A device is signed out by itself after twelve hours without a visit, and after seven days at the latest.
device-on = { $browser } on { $system }
browser-firefox = Firefox
browser-edge = Edge
browser-opera = Opera
browser-samsung = Samsung Internet
browser-chrome = Chrome
browser-safari = Safari
browser-other = Unknown browser
system-windows = Windows
system-macos = macOS
system-linux = Linux
system-android = Android
system-ios = iPhone or iPad

## History and journal

trail-title = History
trail-held = Slot held online
trail-booked-online = Booked online
trail-booked-by-practice = Booked by the practice
trail-expired = Slot freed, never confirmed
trail-cancelled-by-patient = Cancelled by the patient
trail-cancelled-by-practice = Cancelled by the practice
trail-arrived = Arrival noted
trail-attended = Visit noted as done
trail-missed = Visit noted as missed
trail-patient-phoned = Patient told by telephone
trail-viewed = Record looked at
trail-absence-viewed = People to be told of an absence looked at
trail-to-phone-viewed = People to be told by telephone looked at
trail-agenda-viewed = Agenda viewed
trail-agenda-viewed-days = Agenda viewed ({ $days })
trail-denied = Access refused
trail-hours-published = Hours published
trail-hours-edited = Hours changed
trail-hours-deleted = Hours withdrawn
trail-absence-announced = Absence announced
trail-absence-deleted = Absence taken back
trail-reason-created = Reason created
trail-reason-edited = Reason changed
trail-reason-archived = Reason removed
trail-place-created = Place created
trail-place-edited = Place changed
trail-practice-opened = Practice opened
trail-practice-edited = Practice changed
trail-practitioner-added = Practitioner added
trail-practitioner-edited = Practitioner changed
trail-feed-created = Calendar feed created
trail-feed-renewed = Address of the feed changed
trail-feed-revoked = Calendar feed removed
trail-feed-detail-changed = Detail of the feed changed
trail-feed-detail-from-to = Detail of the feed: from “{ $before }” to “{ $after }”
trail-demo-filled = Demonstration filled
trail-account-created = Account created
trail-password-reset = Password replaced
trail-password-changed = Password changed
trail-signed-in = Signed in
trail-signed-out = Signed out
trail-session-ended = One device signed out
trail-other-sessions-ended = Other devices signed out
trail-other = Another action ({ $action })
trail-who-visitor = On the site
trail-who-visit-holder = By the link of the visit
trail-who-host = On the server, at the command line
trail-who-member = { $name }, { $role }
trail-who-gone = Removed account
trail-about-visit = Visit of { $start }, { $practitioner }
office-nav-journal = Journal
office-clock = Hours on this page: { $zone }.
journal-title = Journal of the practice
journal-lead = Who did what, and when. Nothing in it can be changed or removed.
journal-topic = About
journal-everything = Everything
journal-visits = Visits
journal-readings = Records looked at
journal-settings = Hours and settings
journal-people = Accounts and sign-ins
journal-denied = Refused accesses
journal-day = Day
journal-show = Show
journal-what = What
journal-when = When
journal-who = Who
journal-about = About what
journal-pages = Pages of the journal
journal-older = Older
journal-newest = Latest
journal-empty-title = Nothing to show
journal-empty = No line for this choice. Try another day, or everything.

## Second step of the sign-in

second-step-title = Second step of the sign-in
second-step-manage = Set the second step
second-step-is-off = The password alone signs you in.
second-step-is-on = A code is asked after the password, since { $since }.
second-step-lead = A code of six digits, shown by your telephone, is asked after the password. Whoever guesses or steals the password stays outside.
second-step-apps = You need an app for codes: Aegis, FreeOTP, Passwords (iPhone), Google or Microsoft Authenticator…
second-step-start = Start
second-step-scan-title = 1. In the app for codes
second-step-scan = Scan this drawing with the app, or type the key.
second-step-qr-label = Key to scan; it is written below.
second-step-secret = Key:
second-step-open-app = Open the app on this device
second-step-prove-title = 2. Here
second-step-code = Code
second-step-code-hint = The six digits that the app shows now.
second-step-turn-on = Turn on
second-step-codes-left = Recovery codes left: { $count }.
second-step-change-title = Change
second-step-code-or-recovery = The six digits of the app, or a recovery code.
second-step-renew = Make new recovery codes
second-step-turn-off = Turn off
second-step-on-done = Done. Other devices are signed out.
second-step-off-done = The second step is off. Other devices are signed out.
second-step-codes-title = Recovery codes
second-step-codes-advice = Write them down now and keep them elsewhere than on your devices: they are not shown again. Each stands in once for the telephone or the passkey.
second-step-sign-in-title = Sign-in code
second-step-sign-in-lead = The password is right. The code of your telephone remains.
second-step-start-again = Start again
second-step-lost = Telephone, passkey and recovery codes lost? Ask the person who looks after the server.
second-step-wrong-code = This code is not right, or was used. Wait for the next one.
second-step-gone = Too much time or too many tries. Start with the password again.
second-step-changed = It changed meanwhile. Here is how the second step stands.
trail-second-step-turned-on = Second step turned on
trail-second-step-turned-off = Second step turned off
trail-second-step-refused = Code or passkey refused after the right password
trail-second-step-removed = Second step removed
trail-recovery-code-used = Recovery code used
trail-recovery-codes-renewed = New recovery codes made

## Passkeys

passkey-title = Passkeys
passkey-manage = See the passkeys
passkey-count =
    { $count ->
        [0] No passkey.
        [one] One passkey.
       *[other] { $count } passkeys.
    }
passkey-lead = A passkey lives in a telephone, a computer or a security key, which guards it by a fingerprint, a face or a PIN. It stands in for the code after the password, and also signs you in without a password. No false site can steal it.
passkey-name = Name of the passkey
passkey-name-hint = To recognise it later: the device where it is.
passkey-since = Added
passkey-last-used = Last used
passkey-never-used = Never
passkey-remove = Remove
passkey-remove-label = Remove the passkey { $name }
passkey-remove-hint = It will be of no use here any more. You can then delete it on the device too.
passkey-remove-last = It is your last passkey, and no telephone gives codes: the second step will be turned off, and the recovery codes will be of no use any more.
passkey-add-title = Add a passkey
passkey-start = Continue
passkey-make = “{ $name }”: the device is about to ask for a fingerprint, a face or a PIN. You have five minutes.
passkey-not-offered-at = Passkeys need an address in https with a domain name, and this instance answers at { $address }: so they are not offered here.
passkey-not-offered = Passkeys are not offered at this address.
passkey-too-many = You have ten passkeys, as many as there can be. Remove one first.
passkey-ask-make = Create the passkey
passkey-ask-prove = Confirm with a passkey
passkey-ask-sign-in = Use a passkey
passkey-needs-scripts = A passkey needs JavaScript and a recent browser. The codes of a telephone work without.
passkey-needs-scripts-or-code = A passkey needs JavaScript and a recent browser. Without them, take a code.
passkey-stopped = The device confirmed nothing. You can try again.
passkey-known = This device has a passkey for this account already.
passkey-failed = The browser could not use a passkey. Try another device, or a code.
passkey-refused = This passkey was not accepted. Try again, or take a code.
passkey-instead-of-code = Leave it empty to confirm with a passkey.
passkey-or-code = Or with a code:
passkey-added-done = The passkey is added. Other devices are signed out.
passkey-removed-done = The passkey is removed. Other devices are signed out.
passkey-sign-in = Sign in with a passkey
passkey-sign-in-title = Sign in by passkey
passkey-sign-in-lead = The browser shows the passkeys of this device, or offers to take one from your telephone.
passkey-by-password = Sign in with the password
passkey-sign-in-refused = This passkey was not accepted, or it was too late. Try again, or take the password.
second-step-is-on-passkey = A passkey or a code is asked after the password, since { $since }.
second-step-recovery-only = A recovery code.
second-step-add-telephone = Add the codes of a telephone
second-step-remove-telephone = Do without the telephone
second-step-renewed = There are new recovery codes. Other devices are signed out.
second-step-telephone-added = The codes of the telephone are on. Other devices are signed out.
second-step-telephone-removed = The codes of the telephone are off. Other devices are signed out.
second-step-sign-in-lead-passkey = The password is right. The passkey remains, or a code.
second-step-sign-in-lead-recovery = The password is right. A recovery code remains.
trail-passkey-added = Passkey added
trail-passkey-removed = Passkey removed
trail-passkey-used = Signed in with a passkey
trail-telephone-added = Codes of the telephone turned on
trail-telephone-removed = Codes of the telephone turned off

## Passkeys and the password

account-password-changed-passkeys = The password is changed. Other devices are signed out. Your passkeys still work: remove those that you do not recognise, under “Passkeys”.
passkey-stand = A change of password does not remove them: they work until you remove them.
