### Public pages and the way to a booking. A key stands in one file only.

## Around every page

error-prefix = Error:
error-of-field = { $field }: { $error }
brand-home = , home
site-nav-label = Site
link-office = For the practice
link-back-home = Back to the home page
footer-about = rdv, free software for booking visits. No advertising, no tracking.

## Home and search

home-title = Book a visit
home-lead = Choose your practitioner, then the time that suits you. There is no account to create.
home-list-title = Practitioners
search-label = Name, specialty or town
search-title = Search: { $query }
search-count = { $count ->
    [one] One result for “{ $query }”
   *[other] { $count } results for “{ $query }”
}
search-none-title = Nobody matches “{ $query }”
search-none-advice = Try a single word, or a shorter one. Only the practices of this site appear here.
search-see-all = See everybody
instance-empty-title = No practice is open here yet
instance-empty-advice = Have you just installed rdv? The link to open the practice is printed when the program starts. It works once.
pager-label = Pages of results
pager-range = { $first } to { $last } of { $count }
pager-previous = Previous page
pager-next = Next page

## Practice

crumb-home = All practices
practice-team-title = Whom would you like to see?
practice-team-empty = This practice has not published any agenda yet.
contact-label = Information
contact-title = The practice
contact-address = Address
emergency-title = In an emergency,
emergency-call = call
emergency-or = or
emergency-text = By text message, for people who are deaf or hard of hearing: 114.

## Steps of a booking

steps-label = Steps of the booking
step-reason = Reason
step-slot = Time
step-who = Your details
step-code = Code
step-done = (done)

## Reasons and slots

reasons-title = What do you come for?
reason-gone-title = This kind of visit can no longer be booked online
reason-gone-advice = Choose another one, or call the practice.
reasons-none-title = Visits are booked by telephone
reasons-none-advice = Nothing can be booked online at the moment.
slots-page-title = { $name }, free times
slots-reason = Reason:
slots-change-reason = Choose another reason
slots-title = When would you like to come?
slots-week-nav = Week
slots-week = Week { $range }
slots-previous-week = Previous week
slots-next-week = Next week
slots-morning = Morning
slots-afternoon = Afternoon
slots-evening = Evening
slots-none-that-day = Nothing free
slots-none-this-week = Nothing free this week
slots-next = The next free time is { $when }.
slots-see-week = See the week of { $day }
slots-none-at-all = Nothing free in the next { $horizon }
slots-call = Call the practice: other visits are booked by telephone.
slots-busy = Looking for free times…
slots-failed = The free times did not arrive. Check your connection and try again.
slots-open-page = Open the page
slots-zone = Times of the place ({ $zone }).
slots-zones = Times of each slot’s place ({ $zone } unless said otherwise).

## Who comes

who-title = Who is coming?
who-email-hint = For the code, then the confirmation.
who-phone-hint = If the practice needs to reach you, for example 06 12 34 56 78.
who-birth-date-hint = Day, month, year, for example 27/03/1958.
who-leave-empty = Leave this field empty
who-submit = Get the code
who-hold-hint = The time is held for you for 15 minutes, while you copy the code from the mail.
who-other-hour = Choose another time
who-see-week = See the whole week
who-or-call = You can also call the practice:
who-kept = What you typed is kept.
form-too-fast = The form was sent faster than a person fills it in. Check your answers, then send it again.
form-too-old = This page is out of date. Check your answers, then send the form again.
form-not-sent = The form could not be sent. Check your answers, then send it again.
field-slot = Time
slot-gone-title = This time is no longer free
slot-gone-nearest = Here are the nearest free times.
slot-gone-alone = Nothing is free around it. Try another week or call the practice.
slot-nearest-legend = Choose another time
slot-error-choose = Choose one of the times offered.

## The visit in brief

visit-summary-label = Summary
visit-summary-title = Your visit
visit-cancelled-badge = Cancelled
visit-when-and-where = When and where
visit-reason = Reason
visit-reason-and-length = { $reason }, { $length }
visit-with = With
visit-where = Where
instructions-title = Before you come

## The code

code-title = Type the code from the mail
code-lead = A code of six digits is on its way to
code-held-until = { $minutes ->
    [0] Held for you until { $hour }.
    [one] Held for you until { $hour }, one more minute.
   *[other] Held for you until { $hour }, { $minutes } more minutes.
}
field-code = Six-digit code
code-hint = It is in the mail that we have just sent you.
code-hint-left = { $left ->
    [one] One try left, then the time is released.
   *[other] { $left } tries left, then the time is released.
}
code-error-malformed = The code is six digits, like 123456.
code-error-wrong = This is not the right code. Copy the one of the last mail you received.
code-submit = Confirm the visit
code-missing-title = The mail does not arrive?
code-missing-advice = Look in the junk mail, and check the address above: if it is wrong, go back to the form and correct it, the time stays held. You can also call
code-resend = Send the code again
code-resent = The code was sent again. It may take a minute to arrive.
resend-refused = The code was already sent three times. Call the practice if it does not arrive.
hold-gone = The time is no longer held.
hold-expired-title = The 15 minutes are over
hold-expired-advice = The time is no longer held. It may still be free: choose a time and start again.
hold-used-up-title = Five wrong codes: the time is released
hold-used-up-advice = This protects everybody. You can start again, or call the practice.
hold-again = Choose a time
hold-confirmed-title = This visit is already confirmed
hold-confirmed-advice = There is nothing else to do. The link to see or cancel it is in the confirmation mail.

## The visit behind its link

visit-title = Your visit on { $day }
visit-new-title = You are booked
visit-new-lead = A confirmation, with the invitation for your calendar, is on its way to the address you gave.
visit-add-to-calendar = Add to my calendar
visit-link-title = The link of your visit
visit-link-advice = Keep it: it lets you see or cancel this visit, without account or password. It is in the mail too.
visit-cancel-title = Something came up?
visit-cancel-until = You can cancel until { $when }. The time will be offered to somebody else.
visit-cancel-link = Cancel this visit
visit-cancelled-title = This visit is cancelled
visit-cancelled-by-patient = The cancellation is recorded. A mail confirms it and takes the visit out of your calendar.
visit-cancelled-by-practice = The practice has cancelled this visit. You can book another one, or call.
visit-book-again = Book another visit
cancel-title = Cancel this visit?
cancel-back = Your visit
cancel-consequence = It is cancelled at once. If you change your mind, you will have to book again.
cancel-yes = Yes, cancel
cancel-no = No, keep it
cancel-too-late-title = Too late to cancel online
cancel-too-late-advice = The limit was { $when }. Tell the practice by telephone: somebody may be waiting for this time.
cancel-not-possible = This visit can no longer be cancelled online. Call the practice.
link-gone-title = This link is no longer valid
link-gone-advice = The visit is over, or the link is incomplete. If you copied it, check it; otherwise call the practice.

## Legal notice

legal-title = Legal notice
legal-publisher-title = Who publishes this site
legal-no-practice = No practice is open on this site yet.
legal-practices = The practices that publish their agendas here:
legal-host-title = Hosting
legal-host-missing = Whoever hosts this site has not yet said who they are. It is done with the setting RDV_LEGAL_NOTICE.
legal-program-title = Program
legal-program = This site runs on rdv, free software under the AGPL 3.0 or later. Anybody who uses it can ask the host for its source code.

## Privacy

privacy-link = Privacy
privacy-title = Your data
privacy-lead = As little as possible, and nowhere but here.
privacy-kept-title = What we keep
privacy-kept-person = Your first and last name, your e-mail address and your telephone number.
privacy-kept-visit = The reason, date and place of the visit, and what becomes of it.
privacy-kept-birth-date = Your date of birth, only if the reason needs it.
privacy-why-title = Why
privacy-why = To keep the agenda of the practice, confirm the visit and reach you if it changes. Only the practice and the person who looks after the machine can see it. The practice answers for it.
privacy-not-title = What we do not do
privacy-not-tracking = No audience measurement, no advertising, no profile.
privacy-not-cookies = No cookie, except to remember the language you choose and to sign practices in.
privacy-not-elsewhere = No page calls on another site.
privacy-rights-title = Your rights
privacy-rights = To read what concerns you, or have it corrected or erased, write to the practice or call it. How to reach it is on its page and in every mail.
privacy-complaint = If you disagree, you can turn to the CNIL, the French data protection authority.

## Local mail

mailbox-title = Local mailbox
mailbox-notice = Mails do not leave: they are kept in a folder of this machine, and this page shows them. It does not exist on a site open to the public.
mailbox-empty-title = No mail yet
mailbox-empty-advice = Book a visit: the code and the confirmation will arrive here.
mailbox-line = to { $to }, { $when }
mailbox-from = From
mailbox-to = To
mailbox-sent = Sent
mailbox-invitation = An invitation for calendars comes with this mail.
mailbox-label = Mail
