### Words used everywhere: names of things, buttons, fields, errors, refusals, statuses.
### Short sentences, European English. A key stands in one file only.

## The program

app-name = rdv

## Buttons and links

button-cancel = Cancel
button-save = Save
button-search = Search
link-home = Home
skip-to-content = Skip to content

## Fields

field-given-name = First name
field-family-name = Last name
field-email = E-mail address
field-phone = Telephone
field-birth-date = Date of birth
field-reason = Reason for the visit
field-place = Place
field-hour = Time
field-optional = optional
field-stands = Saved now: “{ $saved }”.
field-stands-empty = Saved now: nothing.

## Errors of fields

form-errors-heading = { $count ->
    [one] One thing needs correcting
   *[other] { $count } things need correcting
}
text-error-empty = Please fill in this field.
text-error-too-long = This text is too long.
text-error-unprintable = This text contains characters that cannot be shown.
text-error-malformed = This text does not have the expected form.
email-error-malformed = Enter one address, like first.last@example.com.
phone-error-malformed = Enter a whole number, like 06 12 34 56 78 or +44 7700 900123.
birth-date-error-malformed = Enter day, month and year, like 31/12/1980.
hours-error-ends-before-start = The end must come after the start.
hours-error-not-whole-minutes = Times are whole minutes.
hours-error-weeks-out-of-range = Choose a rhythm of one to 52 weeks.
hours-error-until-before-first = The last day cannot come before the first.
minutes-out-of-range = Choose a length of { $least } to { $most } minutes.

## Why a booking is refused

refusal-heading = This slot cannot be booked
refusal-heading-changed = This appointment has changed
refusal-heading-gone = This slot is no longer free
refusal-heading-later = Please wait a little
refusal-heading-taken = This slot has just been taken
refusal-changed = Since this page was opened, the reason, the place, the length or the local time is no longer what it showed. Read it again; what you typed is kept. If it suits you, continue.
refusal-changed-now = As it stands now: { $reason }, { $length }, { $place }.
refusal-not-for-you = This kind of visit cannot be booked online. Please call the practice.
refusal-too-soon = It is too late to book this slot online. Choose a time from { $earliest } on.
refusal-too-far = This slot is not open for booking yet. Choose a time before { $latest }.
refusal-not-open = No visit starts at this time. Here are the nearest free slots.
refusal-not-open-alone = No visit starts at this time, and no slot is free around it. Try another week or call the practice.
refusal-taken = Somebody else booked it in the meantime. Here are the nearest free slots.
refusal-taken-alone = Somebody else booked it in the meantime, and no slot is free around it. Try another week or call the practice.
refusal-gone = Here are the nearest free slots.
refusal-gone-alone = No slot is free around it. Try another week or call the practice.
refusal-too-many-holds = { $minutes ->
    [one] Too many bookings are under way at the moment. If you have already asked for a slot, type the code from the mail first. Otherwise try again in one minute, or choose another day.
   *[other] Too many bookings are under way at the moment. If you have already asked for a slot, type the code from the mail first. Otherwise try again in { $minutes } minutes, or choose another day.
}
refusal-key-reused = This form was already used for another visit, which is unchanged. To book one more, send it again.
refusal-key-reused-alone = This form was already used for another visit, which is unchanged.

## Why an instant is not free (for the practice)

blocked-too-soon = Minimum notice
blocked-too-far = Beyond the booking horizon
blocked-closed = Outside opening hours
blocked-holiday = Public holiday
blocked-off-grid = Not the start of a slot
blocked-absent = Absence
blocked-taken = Already taken

## Where a visit stands

status-held = Waiting for the code
status-expired = Not confirmed in time
status-booked = Confirmed
status-arrived = In the waiting room
status-attended = Attended
status-missed = Missed
status-cancelled-by-patient = Cancelled by the patient
status-cancelled-by-practice = Cancelled by the practice

## Choices

detail-busy-only = “Busy” only
detail-initials = Initials
detail-full-name = First and last name
role-owner = Practice manager
role-practitioner = Practitioner
role-secretary = Secretary
audience-everyone = Everyone, online
audience-staff-only = The practice only

## Public holidays

holiday-new-year = New Year’s Day
holiday-good-friday = Good Friday
holiday-easter-monday = Easter Monday
holiday-labour-day = Labour Day
holiday-victory-1945 = Victory in Europe Day
holiday-ascension = Ascension Day
holiday-whit-monday = Whit Monday
holiday-abolition-of-slavery = Abolition of Slavery Day
holiday-national-day = Bastille Day
holiday-assumption = Assumption Day
holiday-all-saints = All Saints’ Day
holiday-armistice-1918 = Armistice Day
holiday-christmas = Christmas Day
holiday-saint-stephen = Saint Stephen’s Day
holidays-none = None: the practice stays open
holidays-france = France
holidays-alsace-moselle = Alsace and Moselle
holidays-guadeloupe = Guadeloupe
holidays-martinique = Martinique
holidays-guyane = French Guiana
holidays-reunion = Réunion
holidays-mayotte = Mayotte
holidays-saint-barthelemy = Saint Barthélemy
holidays-saint-martin = Saint Martin

## Error pages (the numbers are HTTP status codes)

error-400-title = Unreadable request
error-400-advice = The form is incomplete or was changed. Go back, reload the page and try again.
error-401-title = Sign-in needed
error-401-advice = This page is for the practice only. Sign in to continue.
error-401-sent-title = Your session has ended
error-401-send-again = Nothing was saved. Sign in in another tab, then send again: what you typed is kept on this page.
error-401-start-again = Nothing was saved. Sign in, then start again.
error-401-sign-in = Sign in in another tab
error-403-title = Form refused
error-403-advice = This form was not sent from this site. Open the page here and try again.
error-404-title = Page not found
error-404-advice = The address is incomplete, or what it showed is no longer there. Check that the whole link was copied.
error-405-title = Not possible here
error-405-advice = Go back to the home page and start again from there.
error-408-title = The answer took too long
error-408-advice = Try again in a moment. If you had just sent a form, first check whether it went through.
error-409-title = Changed meanwhile
error-409-advice = Somebody else has just made a change. Reload the page to see how things stand, then try again.
error-413-title = Too much was sent
error-413-advice = The form holds too much text. Shorten it and try again.
error-421-title = This is not the address of this site
error-421-advice = This site answers under its own address only. Open it by the one that its host gave you.
error-429-title = Too many tries
error-429-advice = { $minutes ->
    [one] Wait a minute, then try again. You can also call the practice.
   *[other] Wait { $minutes } minutes, then try again. You can also call the practice.
}
error-500-title = Something went wrong
error-500-advice = The error was recorded. Try again; if it happens again, call the practice.
error-503-title = Not available at the moment
error-503-advice = Nothing was saved. Try again in a moment.
error-503-send-again = Your request could not be handled. What you typed is kept: send it again in a moment.
error-503-go-back = Your request could not be handled. Go back to the page before and send it again in a moment.
send-again = Send again
error-reference = Error reference: { $reference }

## Calendar feed: what calendar programs show

feed-visit = Appointment
feed-cancelled = Cancelled: { $visit }
feed-unknown = This address leads to no calendar.
feed-gone = This subscription was revoked. The practice can make another one.
feed-away = The calendar cannot be read at the moment. Try again later.
