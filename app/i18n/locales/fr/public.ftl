### Pages publiques et parcours de réservation. Une clé ne figure que dans un seul fichier.

## Autour de chaque page

error-prefix = Erreur :
error-of-field = { $field } : { $error }
brand-home = , accueil
site-nav-label = Site
link-office = Espace du cabinet
link-back-home = Revenir à l’accueil
footer-about = rdv, logiciel libre de prise de rendez-vous. Sans publicité, sans pistage.

## Accueil et recherche

home-title = Prendre rendez-vous
home-lead = Choisissez votre praticienne ou praticien, puis l’heure qui vous convient. Il n’y a pas de compte à créer.
home-list-title = Praticiennes et praticiens
search-label = Nom, spécialité ou ville
search-title = Recherche : { $query }
search-count = { $count ->
    [one] Un résultat pour « { $query } »
   *[other] { $count } résultats pour « { $query } »
}
search-none-title = Personne ne correspond à « { $query } »
search-none-advice = Essayez un seul mot, ou un mot plus court. Seuls les cabinets inscrits sur ce site apparaissent ici.
search-see-all = Voir tout le monde
instance-empty-title = Aucun cabinet n’est encore ouvert ici
instance-empty-advice = Vous venez d’installer rdv ? Le lien pour ouvrir le cabinet est affiché au démarrage du programme. Il ne sert qu’une fois.
pager-label = Pages de résultats
pager-range = { $first } à { $last } sur { $count }
pager-previous = Page précédente
pager-next = Page suivante

## Cabinet

crumb-home = Tous les cabinets
practice-team-title = Avec qui prendre rendez-vous ?
practice-team-empty = Ce cabinet n’a encore publié aucun agenda.
contact-label = Renseignements
contact-title = Le cabinet
contact-address = Adresse
emergency-title = En cas d’urgence,
emergency-call = appelez le
emergency-or = ou le
emergency-text = Par SMS, pour les personnes sourdes ou malentendantes : 114.

## Étapes d’une réservation

steps-label = Étapes de la prise de rendez-vous
step-reason = Motif
step-slot = Créneau
step-who = Vos coordonnées
step-code = Code
step-done = (fait)

## Motifs et créneaux

reasons-title = Pour quel motif venez-vous ?
reason-gone-title = Ce motif ne se réserve plus en ligne
reason-gone-advice = Choisissez un autre motif, ou appelez le cabinet.
reasons-none-title = Les rendez-vous se prennent par téléphone
reasons-none-advice = Aucun motif ne se réserve en ligne pour le moment.
slots-page-title = { $name }, créneaux
slots-reason = Motif :
slots-change-reason = Changer de motif
slots-title = Quand voulez-vous venir ?
slots-week-nav = Semaine
slots-week = Semaine { $range }
slots-previous-week = Semaine précédente
slots-next-week = Semaine suivante
slots-morning = Matin
slots-afternoon = Après-midi
slots-evening = Soir
slots-none-that-day = Aucun créneau
slots-none-this-week = Aucun créneau libre cette semaine
slots-next = Le prochain est le { $when }.
slots-see-week = Voir la semaine du { $day }
slots-none-at-all = Aucun créneau libre dans les { $horizon } qui viennent
slots-call = Appelez le cabinet : d’autres rendez-vous se prennent par téléphone.
slots-busy = Recherche des créneaux…
slots-failed = Les créneaux ne sont pas arrivés. Vérifiez votre connexion et réessayez.
slots-open-page = Ouvrir la page
slots-zone = Horaires du lieu ({ $zone }).
slots-zones = Horaires du lieu de chaque créneau ({ $zone }, sauf mention contraire).

## Qui vient

who-title = Qui vient ?
who-email-hint = Pour recevoir le code, puis la confirmation.
who-phone-hint = Si le cabinet doit vous joindre, par exemple 06 12 34 56 78.
who-birth-date-hint = Jour, mois, année, par exemple 27/03/1958.
who-leave-empty = Laissez ce champ vide
who-submit = Recevoir le code
who-hold-hint = Le créneau vous est retenu 15 minutes, le temps de recopier le code reçu par mail.
who-other-hour = Choisir une autre heure
who-see-week = Voir toute la semaine
who-or-call = Vous pouvez aussi appeler le cabinet :
who-kept = Ce que vous avez saisi est gardé.
form-too-fast = Le formulaire a été envoyé plus vite qu’une personne ne le remplit. Vérifiez vos réponses, puis envoyez-le de nouveau.
form-too-old = Cette page n’est plus à jour. Vérifiez vos réponses, puis envoyez le formulaire de nouveau.
form-not-sent = Le formulaire n’a pas pu être envoyé. Vérifiez vos réponses, puis envoyez-le de nouveau.
field-slot = Créneau
slot-gone-title = Ce créneau n’est plus libre
slot-gone-nearest = Voici les créneaux libres les plus proches.
slot-gone-alone = Aucun créneau n’est libre autour. Cherchez une autre semaine ou appelez le cabinet.
slot-nearest-legend = Choisissez un autre créneau
slot-error-choose = Choisissez l’un des créneaux proposés.

## Le rendez-vous en bref

visit-summary-label = Récapitulatif
visit-summary-title = Votre rendez-vous
visit-cancelled-badge = Rendez-vous annulé
visit-when-and-where = Quand et où
visit-reason = Motif
visit-reason-and-length = { $reason }, { $length }
visit-with = Avec
visit-where = Où
instructions-title = Avant de venir

## Le code

code-title = Recopiez le code reçu par mail
code-lead = Un code de six chiffres est parti à
code-held-until = { $minutes ->
    [0] Créneau retenu jusqu’à { $hour }.
    [one] Créneau retenu jusqu’à { $hour }, encore une minute.
   *[other] Créneau retenu jusqu’à { $hour }, encore { $minutes } minutes.
}
field-code = Code à six chiffres
code-hint = Il est dans le mail que nous venons de vous envoyer.
code-hint-left = { $left ->
    [one] Il reste un essai, puis le créneau est libéré.
   *[other] Il reste { $left } essais, puis le créneau est libéré.
}
code-error-malformed = Le code est fait de six chiffres, comme 123456.
code-error-wrong = Ce code n’est pas le bon. Recopiez celui du dernier mail reçu.
code-submit = Confirmer le rendez-vous
code-missing-title = Le mail n’arrive pas ?
code-missing-advice = Regardez dans les courriers indésirables, et vérifiez l’adresse ci-dessus : si elle est fausse, revenez en arrière jusqu’au formulaire et corrigez-la, le créneau reste retenu. Vous pouvez aussi appeler le
code-resend = Renvoyer le code
code-resent = Le code est reparti. Il peut mettre une minute à arriver.
resend-refused = Le code a déjà été envoyé trois fois. Appelez le cabinet s’il n’arrive pas.
hold-gone = Le créneau n’est plus retenu.
hold-expired-title = Les 15 minutes sont passées
hold-expired-advice = Le créneau n’est plus retenu. Il est peut-être encore libre : choisissez une heure et recommencez.
hold-used-up-title = Cinq codes faux : le créneau est libéré
hold-used-up-advice = C’est une protection pour tout le monde. Vous pouvez recommencer, ou appeler le cabinet.
hold-again = Choisir une heure
hold-confirmed-title = Ce rendez-vous est déjà confirmé
hold-confirmed-advice = Rien d’autre n’est à faire. Le lien pour le revoir ou l’annuler est dans le mail de confirmation.

## Le rendez-vous derrière son lien

visit-title = Votre rendez-vous du { $day }
visit-new-title = C’est noté
visit-new-lead = Un mail de confirmation, avec l’invitation pour votre agenda, part à l’adresse que vous avez donnée.
visit-add-to-calendar = Ajouter à mon agenda
visit-link-title = Le lien de votre rendez-vous
visit-link-advice = Gardez-le : il sert à revoir ou annuler ce rendez-vous, sans compte ni mot de passe. Il est aussi dans le mail.
visit-cancel-title = Un empêchement ?
visit-cancel-until = Vous pouvez annuler jusqu’au { $when }. L’heure sera proposée à quelqu’un d’autre.
visit-cancel-link = Annuler ce rendez-vous
visit-cancelled-title = Ce rendez-vous est annulé
visit-cancelled-by-patient = L’annulation est enregistrée. Un mail vous la confirme et retire le rendez-vous de votre agenda.
visit-cancelled-by-practice = Le cabinet a annulé ce rendez-vous. Vous pouvez en prendre un autre, ou l’appeler.
visit-book-again = Prendre un autre rendez-vous
cancel-title = Annuler ce rendez-vous ?
cancel-back = Votre rendez-vous
cancel-consequence = L’annulation est immédiate. Pour revenir sur votre décision, il faudra reprendre un rendez-vous.
cancel-yes = Oui, annuler
cancel-no = Non, le garder
cancel-too-late-title = Trop tard pour annuler en ligne
cancel-too-late-advice = La limite était le { $when }. Prévenez le cabinet par téléphone : quelqu’un attend peut-être cette heure.
cancel-not-possible = Ce rendez-vous ne peut plus être annulé en ligne. Appelez le cabinet.
link-gone-title = Ce lien n’est plus valable
link-gone-advice = Le rendez-vous est passé, ou le lien est incomplet. Si vous l’avez recopié, vérifiez-le ; sinon, appelez le cabinet.

## Mentions légales

legal-title = Mentions légales
legal-publisher-title = Qui publie ce site
legal-no-practice = Aucun cabinet n’est encore ouvert sur ce site.
legal-practices = Les cabinets qui publient leurs agendas ici :
legal-host-title = Hébergement
legal-host-missing = La personne ou l’association qui héberge ce site n’a pas encore écrit qui elle est. Elle le fait avec le réglage RDV_LEGAL_NOTICE.
legal-program-title = Logiciel
legal-program = Ce site fonctionne avec rdv, logiciel libre sous licence AGPL 3.0 ou ultérieure. Toute personne qui s’en sert peut demander son code source à l’hébergeur.

## Confidentialité

privacy-link = Confidentialité
privacy-title = Vos données
privacy-lead = Le moins possible, et jamais ailleurs qu’ici.
privacy-kept-title = Ce que nous gardons
privacy-kept-person = Votre prénom, votre nom, votre adresse électronique et votre téléphone.
privacy-kept-visit = Le motif, la date et le lieu du rendez-vous, et ce qu’il devient.
privacy-kept-birth-date = La date de naissance, seulement si le motif la demande.
privacy-why-title = Pourquoi
privacy-why = Pour tenir l’agenda du cabinet, vous confirmer le rendez-vous et vous joindre s’il change. Seuls le cabinet et la personne qui entretient la machine y ont accès. Le cabinet en répond.
privacy-not-title = Ce que nous ne faisons pas
privacy-not-tracking = Aucune mesure d’audience, aucune publicité, aucun profil.
privacy-not-cookies = Aucun cookie, sauf pour retenir la langue que vous choisissez et pour la connexion des cabinets.
privacy-not-elsewhere = Aucune page ne fait appel à un autre site.
privacy-rights-title = Vos droits
privacy-rights = Lire ce qui vous concerne, le faire corriger ou effacer : écrivez au cabinet ou appelez-le. Ses coordonnées sont sur sa page et dans chaque mail.
privacy-complaint = En cas de désaccord, vous pouvez saisir la CNIL (Commission nationale de l’informatique et des libertés).

## Courrier local

mailbox-title = Boîte aux lettres locale
mailbox-notice = Les mails ne partent pas : ils sont rangés dans un dossier de cette machine, et cette page les montre. Elle n’existe pas sur un site ouvert au public.
mailbox-empty-title = Aucun mail pour le moment
mailbox-empty-advice = Prenez un rendez-vous : le code et la confirmation arriveront ici.
mailbox-line = à { $to }, { $when }
mailbox-from = De
mailbox-to = À
mailbox-sent = Envoyé
mailbox-invitation = Une invitation pour agenda est jointe à ce mail.
mailbox-label = Mail
