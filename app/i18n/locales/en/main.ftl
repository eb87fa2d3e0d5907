### Words used everywhere: names of things, buttons, fields, errors, refusals, statuses.
### Short sentences, European English. A key stands in one file only.

## The program

app-name = rdv

## Buttons and links

button-continue = Continue
button-back = Back
button-cancel = Cancel
button-save = Save
button-delete = Delete
button-confirm = Confirm
button-close = Close
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
field-practitioner = Practitioner
field-day = Day
field-hour = Time
field-optional = optional

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
refusal-heading-taken = This slot has just been taken
refusal-not-for-you = This kind of visit cannot be booked online. Please call the practice.
refusal-too-soon = It is too late to book this slot online. Choose a time from { $earliest } on.
refusal-too-far = This slot is not open for booking yet. Choose a time before { $latest }.
refusal-not-open = No visit starts at this time. Here are the nearest free slots.
refusal-not-open-alone = No visit starts at this time, and no slot is free around it. Try another week or call the practice.
refusal-taken = Somebody else booked it in the meantime. Here are the nearest free slots.
refusal-taken-alone = Somebody else booked it in the meantime, and no slot is free around it. Try another week or call the practice.
refusal-key-reused = This form was already used for another slot. Please start again by choosing a slot.

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
