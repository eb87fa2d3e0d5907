### Mails: subjects and texts. A key stands in one file only.

## In every mail

mail-hello = Dear { $patient },
mail-when = When
mail-when-cancelled = What was planned
mail-with = With
mail-where = Where
mail-footer = Automatic message, sent for { $practice }.
mail-footer-phone = To reach the practice: { $phone }

## The code

mail-code-subject = { $code }: your booking code
mail-code-heading = Your booking code
mail-code-intro = Type this code on the page where you are booking. Give it to nobody.
mail-code-until = It is valid until { $until }. After that, others can book the slot.
mail-code-not-you = You did not ask for anything? Do nothing: without this code, no appointment is made.

## The confirmation

mail-confirm-subject = Appointment confirmed: { $day }
mail-confirm-intro = Your appointment is confirmed.
mail-instructions = Before you come
mail-confirm-link = See or cancel this appointment
mail-confirm-link-see = See this appointment
mail-confirm-deadline = You can cancel it online before { $deadline }. After that, call the practice.
mail-confirm-too-late = To cancel it, call the practice: { $phone }.
mail-confirm-personal = Whoever has this link can see and cancel the appointment: keep it to yourself.
mail-confirm-personal-see = Whoever has this link can see the appointment: keep it to yourself.
mail-confirm-calendar = The attached file “invite.ics” puts the appointment in your calendar.

## The cancellation

mail-cancel-subject = Appointment cancelled: { $day }
mail-cancel-heading = Your appointment is cancelled.
mail-cancel-by-patient = As you asked, your appointment is cancelled.
mail-cancel-by-practice = The practice had to cancel your appointment.
mail-cancel-again = Make another appointment
mail-cancel-not-you = You did not ask for this? Call the practice: { $phone }.
mail-cancel-calendar = The attached file “invite.ics” takes the appointment out of your calendar.
mail-cancel-no-calendar = The confirmation had not been sent yet. If you put the appointment into your calendar yourself, take it out.

## The calendar file

mail-calendar-summary = Appointment, { $practitioner }
mail-calendar-description = { $practice }, { $phone }

## Why a mail did not go (for the practice)

mail-trouble-unreachable = The mail server does not answer.
mail-trouble-slow = The mail server took too long to answer.
mail-trouble-cut = The mail server cut the connection.
mail-trouble-encryption = The connection to the mail server could not be encrypted.
mail-trouble-sign-in = The mail server refuses the name or password of this site.
mail-trouble-sender-refused = The mail server refuses what this site sends.
mail-trouble-recipient-refused = The address does not exist or takes no mail.
mail-trouble-text-refused = The mail server refused this message.
mail-trouble-not-now = The mail server asks to wait.
mail-trouble-unanswered = The mail server did not say whether it keeps the message: it may have arrived.
mail-trouble-garbled = The mail server answered something that makes no sense.
mail-trouble-folder = The folder for mails cannot be written.
mail-trouble-unbuildable = The message could not be written.
mail-trouble-no-address = No e-mail address.
mail-trouble-panicked = The program failed while preparing this message.
mail-trouble-database = The database did not answer.
mail-trouble-restored = The data was restored from a backup while this message was waiting: it may have arrived.
mail-kind-send-code = Booking code
mail-kind-confirm = Confirmation
mail-kind-notify-cancel = Cancellation

## The account of one of the practice’s people

mail-account-subject = Your account: signing in has changed
mail-account-passkey-added = A passkey was added to your account on { $day }.
mail-account-passkey-removed = A passkey was removed from your account on { $day }.
mail-account-telephone-added = The codes of a phone were turned on for your account on { $day }.
mail-account-telephone-removed = The codes of the phone were turned off for your account on { $day }.
mail-account-codes-renewed = The recovery codes of your account were made anew on { $day }. The old ones no longer work.
mail-account-password-changed = The password of your account was changed on { $day }. All other devices are signed out.
mail-account-password-reset = The person who runs the server gave your account another password on { $day }. All devices are signed out.
mail-account-access-reset = The person who runs the server gave your account another password on { $day }, and removed its phone, passkeys and recovery codes. All devices are signed out.
mail-account-passkeys-stand = Your passkeys still work: the password changes nothing about them. Remove those that you do not recognise, under “My account”, “Passkeys”.
mail-account-link = See my account
mail-account-not-you = Was it not you? Change the password, remove the passkeys that you do not recognise, and tell the person who runs the server.
mail-kind-notify-account = Account
