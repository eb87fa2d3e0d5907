### Courriels : objets et textes. Une clé ne figure que dans un seul fichier.

## Dans tous les courriels

mail-hello = Bonjour { $patient },
mail-when = Quand
mail-when-cancelled = Ce qui était prévu
mail-with = Avec
mail-where = Où
mail-footer = Message automatique, envoyé pour { $practice }.
mail-footer-phone = Pour joindre le cabinet : { $phone }

## Le code

mail-code-subject = { $code } : votre code de réservation
mail-code-heading = Votre code de réservation
mail-code-intro = Saisissez ce code sur la page où vous réservez. Ne le donnez à personne.
mail-code-until = Il est valable jusqu’à { $until }. Ensuite, le créneau est rendu aux autres.
mail-code-not-you = Vous n’avez rien demandé ? Ne faites rien : sans ce code, aucun rendez-vous n’est pris.

## La confirmation

mail-confirm-subject = Rendez-vous confirmé : { $day }
mail-confirm-intro = Votre rendez-vous est confirmé.
mail-instructions = Avant de venir
mail-confirm-link = Voir ou annuler ce rendez-vous
mail-confirm-link-see = Voir ce rendez-vous
mail-confirm-deadline = Vous pouvez l’annuler en ligne avant le { $deadline }. Après, appelez le cabinet.
mail-confirm-too-late = Pour l’annuler, appelez le cabinet : { $phone }.
mail-confirm-personal = Qui a ce lien peut voir et annuler le rendez-vous : gardez-le pour vous.
mail-confirm-personal-see = Qui a ce lien peut voir le rendez-vous : gardez-le pour vous.
mail-confirm-calendar = Le fichier joint « invite.ics » met le rendez-vous dans votre agenda.

## L’annulation

mail-cancel-subject = Rendez-vous annulé : { $day }
mail-cancel-heading = Votre rendez-vous est annulé.
mail-cancel-by-patient = Comme vous l’avez demandé, votre rendez-vous est annulé.
mail-cancel-by-practice = Le cabinet a dû annuler votre rendez-vous.
mail-cancel-again = Prendre un autre rendez-vous
mail-cancel-not-you = Vous ne l’avez pas demandé ? Appelez le cabinet : { $phone }.
mail-cancel-calendar = Le fichier joint « invite.ics » retire le rendez-vous de votre agenda.
mail-cancel-no-calendar = La confirmation n’était pas encore partie. Si vous avez noté vous-même le rendez-vous dans votre agenda, retirez-le.

## Le fichier d’agenda

mail-calendar-summary = Rendez-vous, { $practitioner }
mail-calendar-description = { $practice }, { $phone }

## Pourquoi un courriel n’est pas parti (pour le cabinet)

mail-trouble-unreachable = Le serveur de courriel ne répond pas.
mail-trouble-slow = Le serveur de courriel a mis trop de temps à répondre.
mail-trouble-cut = Le serveur de courriel a coupé la connexion.
mail-trouble-encryption = La connexion au serveur de courriel n’a pas pu être chiffrée.
mail-trouble-sign-in = Le serveur de courriel refuse le nom ou le mot de passe de ce site.
mail-trouble-sender-refused = Le serveur de courriel refuse les envois de ce site.
mail-trouble-recipient-refused = L’adresse n’existe pas ou n’accepte pas de courriel.
mail-trouble-text-refused = Le serveur de courriel a refusé ce message.
mail-trouble-not-now = Le serveur de courriel demande d’attendre.
mail-trouble-unanswered = Le serveur de courriel n’a pas dit s’il gardait le message : il est peut-être arrivé.
mail-trouble-garbled = Le serveur de courriel a répondu de façon incompréhensible.
mail-trouble-folder = Le dossier des courriels ne peut pas être écrit.
mail-trouble-unbuildable = Le message n’a pas pu être composé.
mail-trouble-no-address = Pas d’adresse électronique.
mail-trouble-panicked = Le programme a échoué en préparant ce message.
mail-trouble-database = La base de données n’a pas répondu.
mail-trouble-restored = Les données ont été restaurées d’une sauvegarde où ce message attendait : il est peut-être arrivé.
mail-kind-send-code = Code de réservation
mail-kind-confirm = Confirmation
mail-kind-notify-cancel = Annulation

## Le compte d’une personne du cabinet

mail-account-subject = Votre compte : la connexion a changé
mail-account-passkey-added = Une clé d’accès a été ajoutée à votre compte le { $day }.
mail-account-passkey-removed = Une clé d’accès a été supprimée de votre compte le { $day }.
mail-account-telephone-added = Les codes d’un téléphone ont été activés pour votre compte le { $day }.
mail-account-telephone-removed = Les codes du téléphone ont été désactivés pour votre compte le { $day }.
mail-account-codes-renewed = Les codes de secours de votre compte ont été refaits le { $day }. Les anciens ne servent plus.
mail-account-password-changed = Le mot de passe de votre compte a été changé le { $day }. Tous les autres appareils sont déconnectés.
mail-account-password-reset = La personne qui s’occupe du serveur a donné un autre mot de passe à votre compte le { $day }. Tous les appareils sont déconnectés.
mail-account-access-reset = La personne qui s’occupe du serveur a donné un autre mot de passe à votre compte le { $day }, et en a retiré le téléphone, les clés d’accès et les codes de secours. Tous les appareils sont déconnectés.
mail-account-passkeys-stand = Vos clés d’accès restent valables : le mot de passe n’y change rien. Supprimez celles que vous ne reconnaissez pas, sous « Mon compte », « Clés d’accès ».
mail-account-link = Voir mon compte
mail-account-not-you = Ce n’était pas vous ? Changez le mot de passe, supprimez les clés d’accès que vous ne reconnaissez pas et prévenez la personne qui s’occupe du serveur.
mail-kind-notify-account = Compte
