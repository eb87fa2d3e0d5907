### Pages du cabinet : agenda, plages, absences, motifs, lieux. Une clé ne figure que dans un seul fichier.

## Autour de chaque page

office-nav-label = Cabinet
office-nav-agenda = Agenda
office-nav-hours = Horaires
office-nav-absences = Absences
office-nav-to-phone = À téléphoner
office-nav-settings = Réglages
office-nav-reasons = Motifs de consultation
office-nav-feeds = Abonnement agenda
office-nav-practice = Cabinet et lieux
office-nav-account = Mon compte
office-whose-agenda = Agenda de
sign-out = Se déconnecter
column-actions = Actions
field-patient = Patient·e
field-status = État
field-password = Mot de passe
field-error-day = Saisissez le jour, le mois et l’année, comme 31/12/2026.
field-error-time = Saisissez une heure, comme 09:00 ou 14:30.
field-error-number = Saisissez un nombre entier, comme 20.
field-error-hours-out-of-range = Choisissez de 0 à 720 heures, soit 30 jours.
field-error-days-out-of-range = Choisissez de 1 à 366 jours.

## Connexion et compte

sign-in-title = Espace du cabinet
sign-in-lead = Pour les praticiennes, les praticiens et les secrétaires. Pour prendre rendez-vous, aucun compte n’est nécessaire.
sign-in-submit = Se connecter
sign-in-refused = Adresse ou mot de passe inconnus. Vérifiez les deux, puis réessayez.
sign-in-forgotten = Mot de passe oublié ? Demandez-en un nouveau à la personne qui s’occupe du serveur.
account-title = Mon compte
account-password-title = Changer de mot de passe
account-current-password = Mot de passe actuel
account-new-password = Nouveau mot de passe
account-password-hint = Huit caractères au moins. Une phrase convient très bien.
account-change-password = Changer de mot de passe
account-password-changed = Le mot de passe est changé. Les autres appareils sont déconnectés.
account-wrong-password = Ce n’est pas le mot de passe actuel.
account-error-email-taken = Cette adresse a déjà un compte.
account-sessions-title = Appareils connectés
account-since = Connecté depuis
account-last-seen = Dernière visite
account-this-session = Cet appareil, maintenant
account-end-others = Déconnecter les autres appareils
account-sessions-ended = Les autres appareils sont déconnectés.
password-error-too-short = Choisissez un mot de passe de huit caractères au moins.
password-error-too-long = Ce mot de passe est trop long : 128 caractères au plus.
password-error-common = Ce mot de passe est trop facile à deviner. Essayez quelques mots sans lien entre eux.

## Agenda

agenda-days-nav = Dates
agenda-span-nav = Vue
agenda-strip-nav = Jours de la semaine
agenda-day = Jour
agenda-week = Semaine
agenda-today = Aujourd’hui
agenda-previous-day = Jour précédent
agenda-next-day = Jour suivant
agenda-previous-week = Semaine précédente
agenda-next-week = Semaine suivante
agenda-is-today = (aujourd’hui)
agenda-no-visit = Aucun rendez-vous
agenda-until = jusqu’à { $hour }
agenda-open = Ouvert : { $hours }
agenda-absent = Absence
agenda-absent-because = Absence : { $note }
agenda-empty-title = Rien à cette date
agenda-empty = Ni horaires ni rendez-vous. Publiez vos horaires : les créneaux libres apparaissent aussitôt en ligne.
agenda-publish-hours = Publier des horaires
agenda-none-title = Aucun agenda pour le moment
agenda-none-advice = La personne responsable du cabinet ne vous a encore confié aucun agenda.

## Un rendez-vous

visit-back-to-day = La journée
visit-mark-arrived = En salle d’attente
visit-mark-attended = Consultation faite
visit-mark-missed = N’est pas venu·e
visit-marked-arrived = C’est noté : en salle d’attente.
visit-marked-attended = C’est noté : consultation faite.
visit-marked-missed = C’est noté : absence non excusée.
visit-cancel-open = Annuler ce rendez-vous…
visit-cancel-mail = Un mail préviendra la personne et retirera le rendez-vous de son agenda. L’heure redevient libre.
visit-cancel-phone = Cette personne n’a pas donné d’adresse électronique : prévenez-la par téléphone. L’heure redevient libre.
visit-cancel = Annuler le rendez-vous
visit-cancelled = Le rendez-vous est annulé.
visit-error-changed = Ce rendez-vous a changé entre-temps. Voici où il en est.
visit-error-too-early = C’est trop tôt pour le noter : le rendez-vous n’a pas encore eu lieu.
visit-error-over = C’est trop tard pour l’annuler : le rendez-vous est terminé.

## Prendre rendez-vous pour quelqu’un

new-visit-title = Nouveau rendez-vous
new-visit-reason = Pour quel motif ?
new-visit-slot = Quel créneau ?
new-visit-reason-gone-title = Ce motif n’est plus proposé
new-visit-reason-gone = Il a été archivé, ou n’a jamais existé.
new-visit-no-reason-title = Aucun motif de consultation
new-visit-no-reason = Un motif dit la durée du rendez-vous. Écrivez-en un, puis revenez ici.
new-visit-no-slot = Toutes les heures ouvertes sont prises, ou aucune n’est publiée. Essayez une autre semaine.
new-visit-email-hint = La confirmation y est envoyée. Sans adresse, dites la date et l’heure au téléphone.
new-visit-lang = Langue du mail
new-visit-submit = Enregistrer le rendez-vous
visit-booked = Le rendez-vous est enregistré.

## Mails qui ne sont pas partis

to-phone-title = Personnes à prévenir par téléphone
to-phone-lead = Leur mail n’est pas parti, ou il a été refusé.
to-phone-empty-title = Personne n’est à prévenir par téléphone
to-phone-empty = Quand un mail d’un des agendas que vous tenez ne peut pas partir, la personne apparaît ici avec son numéro.
to-phone-notice = { $count ->
    [one] Une personne est à prévenir par téléphone
   *[other] { $count } personnes sont à prévenir par téléphone
}
to-phone-notice-many = { $count } personnes au moins sont à prévenir par téléphone
to-phone-more = La liste s’arrête à { $count } : s’il y en a d’autres, elles y viennent à mesure que celles-ci sont prévenues.
to-phone-see = Voir qui appeler
to-phone-still-tried = Encore en route
to-phone-failed = Non envoyé
to-phone-code = Code pour confirmer le rendez-vous du { $start }
to-phone-confirmation = Confirmation du rendez-vous du { $start }
to-phone-cancellation = Annulation du rendez-vous du { $start }
to-phone-since = À envoyer depuis le { $at }.
to-phone-done-button = C’est fait
to-phone-done = C’est noté : la personne est prévenue.
trouble-recipient = L’adresse a été refusée.
trouble-no-address = Aucune adresse n’est connue.
trouble-refused = Le serveur de mails a refusé le message : prévenez la personne qui s’occupe du serveur.
trouble-not-begun = Il attend encore son tour.
trouble-server = Le serveur de mails ne répond pas.
trouble-setup = Le serveur de mails est mal réglé : prévenez la personne qui s’en occupe.
trouble-unanswered = Le serveur de mails n’a pas confirmé l’envoi : le mail est peut-être arrivé.
trouble-other = Le mail n’a pas pu être préparé : prévenez la personne qui s’occupe du serveur.

## Horaires

hours-title = Horaires de { $name }
hours-published-title = Horaires publiés
hours-empty-title = Aucun horaire publié
hours-empty = Tant qu’il n’y en a pas, personne ne peut prendre rendez-vous en ligne.
hours-days = Jours
hours-ranges = Heures
hours-reasons = Motifs
hours-all-reasons = tous
hours-every-n-weeks = une semaine sur { $count }
hours-since = à partir du { $first }
hours-last-day = jusqu’au { $until }
hours-from-until = du { $first } au { $until }
hours-withdraw = Retirer
hours-withdraw-label = Retirer : { $days }, { $hours }
hours-withdraw-some = Retirer…
hours-withdraw-legend = Jours à retirer
hours-withdraw-chosen = Retirer ces jours
hours-withdrawn = Les horaires sont retirés. Les rendez-vous déjà pris restent.
hours-publish-title = Publier des horaires
hours-kind = Quand
hours-weekly = Chaque semaine
hours-once = Un seul jour
hours-weekdays = Jours de la semaine
hours-first = À partir du
hours-until = Jusqu’au
hours-every = Une semaine sur
hours-every-hint = 1 : toutes les semaines ; 2 : une semaine sur deux, à compter de celle du premier jour.
hours-day = Jour
hours-ranges-hint = Laissez vides les lignes qui ne servent pas.
hours-from = De
hours-to = à
hours-range-number = (plage { $number })
hours-reasons-hint = Sans choix, tous les motifs peuvent y être pris.
hours-publish = Publier
hours-published = Les horaires sont publiés.
hours-error-no-day = Choisissez au moins un jour.
hours-error-no-range = Donnez au moins une plage d’heures.
hours-error-overlap = Deux plages d’heures se chevauchent.
hours-error-past = Ces jours sont passés.
hours-error-too-far = Choisissez des jours dans les dix ans qui viennent.
hours-error-never = Aucun des jours choisis ne tombe entre ces dates, ou l’horloge saute ces heures cette nuit-là.
feed-changed-meanwhile = Quelqu’un d’autre a changé ce que montre cet abonnement entre-temps : voyez ci-dessous où il en est, puis choisissez de nouveau.
reason-error-archived = Ce motif a été retiré entre-temps, ou n’est pas de cet agenda. Votre saisie est gardée ci-dessous ; l’enregistrer en fait un nouveau motif.
hours-error-reason-gone = Un motif choisi a été retiré entre-temps. Choisissez de nouveau.
form-gone-meanwhile = Rien n’a changé : ce que vous avez choisi n’est plus là. Quelqu’un l’a retiré entre-temps, ou le bouton a été pressé deux fois. Cette page montre ce qui reste.
form-changed-meanwhile = Quelqu’un d’autre a modifié cela entre-temps. Votre saisie est gardée ci-dessous, avec ce qui est enregistré à présent sous chaque champ qui en diffère. L’enregistrer remplacera la sienne.
hours-error-too-many = Il y a trop de plages d’horaires. Retirez celles qui ne servent plus.
hours-error-none-chosen = Choisissez les jours à retirer.

## Absences

absences-title = Absences de { $name }
absences-announced-title = Absences annoncées
absences-empty-title = Aucune absence annoncée
absences-empty = Congé, formation, visite à domicile : une absence ferme les créneaux qu’elle recouvre.
absence-announce-title = Annoncer une absence
absence-hint = Sans heures, l’absence couvre des jours entiers, le dernier compris.
absence-each-clock = Vos lieux ne sont pas tous à la même heure : une absence suit l’heure locale de chaque lieu.
absence-each-clock-days = Une journée entière y va de minuit à minuit, heure locale.
absence-first-day = Premier jour
absence-from = Heure de début
absence-last-day = Dernier jour
absence-to = Heure de fin
absence-note = Note
absence-note-hint = Pour le cabinet seulement, jamais montrée aux patients.
absence-announce = Annoncer l’absence
absence-when = Quand
absence-from-until = du { $from } au { $until }
absence-on-day = le { $day }
absence-days = du { $first } au { $last }
absence-hours = le { $day }, { $hours }
absence-see-visits = Rendez-vous
absence-see-visits-label = Rendez-vous pendant cette absence : { $when }
absence-take-back = Retirer
absence-take-back-label = Retirer l’absence : { $when }
absence-announced = L’absence est annoncée. Plus personne ne peut réserver pendant ce temps.
absence-taken-back = L’absence est retirée.
absence-title = Rendez-vous pendant l’absence
absence-no-visit = Aucun rendez-vous n’est prévu pendant cette absence.
absence-visits-title = { $count ->
    [one] Un rendez-vous est prévu pendant cette absence
   *[other] { $count } rendez-vous sont prévus pendant cette absence
}
absence-visits-advice = Ils restent confirmés. Appelez ces personnes, puis annulez leur rendez-vous ou retirez l’absence.
absence-visits = Rendez-vous concernés
absence-error-ends-before-start = La fin doit venir après le début.
absence-error-never = L’horloge saute ces heures ce jour-là.
absence-error-past = Cette absence est déjà passée.
absence-error-too-long = Une absence dure dix ans au plus et commence dans les dix ans.
absence-error-too-many = Il y a trop d’absences à venir. Retirez celles qui ne servent plus.

## Motifs de consultation

reasons-office-title = Motifs de { $name }
reasons-office-empty-title = Aucun motif
reasons-office-empty = Un motif dit pourquoi on vient et combien de temps cela dure. Sans motif, personne ne peut prendre rendez-vous.
reason-new = Nouveau motif
reason-name = Nom du motif
reason-name-hint = Ce que lisent les patients, par exemple « Consultation de suivi ».
reason-length = Durée (minutes)
reason-length-short = Durée
reason-step = Début toutes les (minutes)
reason-buffer-before = Pause avant (minutes)
reason-buffer-after = Pause après (minutes)
reason-length-title = Dans l’agenda
reason-delays-title = En ligne
reason-min-notice = Au moins … heures à l’avance
reason-min-notice-hint = Le cabinet, lui, peut réserver jusqu’au dernier moment.
reason-cancel-deadline = Annulation jusqu’à … heures avant
reason-cancel-deadline-hint = Ensuite, la page donne votre numéro de téléphone.
reason-horizon = Au plus … jours à l’avance
reason-audience = Qui peut réserver
reason-asked = À demander
reason-birth-date = La date de naissance
reason-birth-date-hint = Seulement si elle change la consultation, par exemple pour un vaccin.
reason-instructions = Consignes avant de venir
reason-instructions-hint = Montrées à la réservation et dans le mail, par exemple « Apportez votre carnet de vaccination ».
reason-archive = Retirer
reason-archive-label = Retirer le motif : { $name }
reason-saved = Le motif est enregistré.
reason-archived = Le motif est retiré. Les rendez-vous déjà pris restent.
reason-error-too-many = Il y a trop de motifs. Retirez ceux qui ne servent plus.

## Abonnement agenda

feeds-title = Abonnement à l’agenda de { $name }
feeds-lead = Une adresse secrète montre les rendez-vous dans l’agenda du téléphone ou de l’ordinateur.
feed-make-title = Créer un abonnement
feed-make = Créer l’adresse
feed-too-many = Il y a trop d’abonnements à cet agenda. Supprimez ceux qui ne servent plus.
feed-detail = Ce que l’agenda montre
feed-detail-hint = L’adresse suffit pour lire l’agenda, sans mot de passe : montrez-en le moins possible.
feed-detail-changed = C’est enregistré. Les agendas le montreront à leur prochaine lecture.
feed-made-title = L’adresse est prête
feed-made-advice = Copiez-la maintenant : elle ne sera plus montrée.
feed-address = Adresse de l’abonnement
feed-subscribe = Ouvrir dans mon agenda
feed-of = Abonnement du { $at }
feed-last-used = Lu pour la dernière fois le { $at }.
feed-never-used = Pas encore lu.
feed-renew = Changer l’adresse
feed-renew-hint = Changer ou supprimer l’adresse vide les agendas qui lisent l’ancienne. Faites-le si un téléphone est perdu.
feed-revoke = Supprimer
feed-revoked = L’abonnement est supprimé.
feeds-revoked-title = Abonnements supprimés
feed-revoked-since = Supprimé le { $at }
feeds-how-title = Comment s’abonner
feeds-how = Dans votre logiciel d’agenda, cherchez « S’abonner à un calendrier », « Ajouter par URL » ou « Nouvel agenda sur le réseau », puis collez l’adresse.
feeds-delay = Chaque logiciel relit l’adresse à son rythme : toutes les heures environ pour la plupart, de 4 à 24 heures pour Google. Pour être sûr de l’heure qui vient, c’est l’agenda de ce site qui compte.

## Cabinet et lieux

practice-name = Nom du cabinet
practice-phone = Téléphone du cabinet
practice-email = Adresse électronique du cabinet
practice-email-hint = Les réponses aux mails de confirmation y arrivent.
practice-holidays = Jours fériés
practice-holidays-hint = Ces jours-là, aucun créneau n’est proposé.
practice-see-public = Voir la page publique
practice-saved = Le cabinet est enregistré.
places-title = Lieux
place-new = Nouveau lieu
place-name = Nom du lieu
place-address-hint = Telle qu’on l’écrit sur une enveloppe, sur plusieurs lignes.
place-town = Ville
place-town-hint = Pour la recherche.
place-zone = Fuseau horaire
place-saved = Le lieu est enregistré.
place-error-unknown-zone = Choisissez un fuseau horaire de la liste.
place-hours = Plages publiées ici
place-hours-move = Elles gardent l’heure affichée, dans le nouveau fuseau
place-error-hours-move = Des plages sont publiées dans ce lieu : 9 h restera 9 h, mais dans le nouveau fuseau, et les créneaux s’ouvriront donc à un autre moment. Cochez si c’est bien ce qu’il faut ; sinon, remettez le fuseau.
place-error-zone-in-use = Le fuseau ne peut pas changer tant que des rendez-vous ou des absences à venir s’y rapportent : leur heure changerait. Retirez les absences, puis annoncez-les de nouveau ; ou créez un autre lieu.
place-error-too-many = Il y a trop de lieux.
zones-of-france = France
zones-elsewhere = Ailleurs

## Première installation

setup-title = Ouvrir le cabinet
setup-lead = Cinq questions, deux minutes. Tout peut changer ensuite.
setup-practice-title = 1. Le cabinet
setup-practice-hint = Tel qu’il est écrit sur la plaque.
setup-place-title = 2. Le lieu
setup-you-title = 3. Vous
setup-practitioner = Votre nom, tel que les patients le lisent
setup-practitioner-hint = Par exemple « Dre Camille Lefèvre ».
setup-specialty = Spécialité
setup-specialty-hint = Par exemple « Médecine générale » ou « Sage-femme ».
setup-email-hint = Pour vous connecter. Les patients ne la voient pas.
setup-reason-title = 4. Un premier motif
setup-reason = Motif de consultation
setup-reason-hint = Vous en ajouterez d’autres plus tard.
setup-reason-usual = Consultation
setup-hours-title = 5. Les horaires
setup-hours-hint = Les mêmes pour chaque jour choisi. Laissez vide ce qui ne sert pas.
setup-gone-advice = Il a déjà servi, ou il est incomplet. Si vous l’avez recopié, vérifiez-le ; si le cabinet est ouvert, connectez-vous.
setup-submit = Ouvrir le cabinet

## Mon compte : les appareils

account-device = Appareil
account-end-one = Déconnecter
account-end-one-label = Déconnecter l’appareil : { $device }, depuis le { $since }
account-session-ended = L’appareil est déconnecté.
account-sessions-hint = Une connexion s’arrête d’elle-même après douze heures sans visite, et au plus tard après sept jours.
device-on = { $browser } sur { $system }
browser-firefox = Firefox
browser-edge = Edge
browser-opera = Opera
browser-samsung = Samsung Internet
browser-chrome = Chrome
browser-safari = Safari
browser-other = Navigateur inconnu
system-windows = Windows
system-macos = macOS
system-linux = Linux
system-android = Android
system-ios = iPhone ou iPad

## Historique et journal

trail-title = Historique
trail-held = Créneau retenu en ligne
trail-booked-online = Réservé en ligne
trail-booked-by-practice = Réservé par le cabinet
trail-expired = Créneau libéré, faute de confirmation
trail-cancelled-by-patient = Annulé par la personne
trail-cancelled-by-practice = Annulé par le cabinet
trail-arrived = Arrivée notée
trail-attended = Consultation notée
trail-missed = Absence notée
trail-patient-phoned = Personne prévenue par téléphone
trail-viewed = Fiche consultée
trail-absence-viewed = Personnes à prévenir d’une absence, consultées
trail-to-phone-viewed = Personnes à prévenir par téléphone, consultées
trail-agenda-viewed = Agenda consulté
trail-agenda-viewed-days = Agenda consulté ({ $days })
trail-denied = Accès refusé
trail-hours-published = Horaires publiés
trail-hours-edited = Horaires modifiés
trail-hours-deleted = Horaires retirés
trail-absence-announced = Absence annoncée
trail-absence-deleted = Absence retirée
trail-reason-created = Motif créé
trail-reason-edited = Motif modifié
trail-reason-archived = Motif retiré
trail-place-created = Lieu créé
trail-place-edited = Lieu modifié
trail-practice-opened = Cabinet ouvert
trail-practice-edited = Cabinet modifié
trail-practitioner-added = Praticien·ne ajouté·e
trail-practitioner-edited = Praticien·ne modifié·e
trail-feed-created = Abonnement agenda créé
trail-feed-renewed = Adresse de l’abonnement changée
trail-feed-revoked = Abonnement agenda supprimé
trail-feed-detail-changed = Détail de l’abonnement changé
trail-feed-detail-from-to = Détail de l’abonnement : de « { $before } » à « { $after } »
trail-demo-filled = Démonstration remplie
trail-account-created = Compte créé
trail-password-reset = Mot de passe remplacé
trail-password-changed = Mot de passe changé
trail-signed-in = Connexion
trail-signed-out = Déconnexion
trail-session-ended = Un appareil déconnecté
trail-other-sessions-ended = Autres appareils déconnectés
trail-other = Autre action ({ $action })
trail-who-visitor = Sur le site
trail-who-visit-holder = Par le lien du rendez-vous
trail-who-host = Sur le serveur, en ligne de commande
trail-who-member = { $name }, { $role }
trail-who-gone = Compte supprimé
trail-about-visit = Rendez-vous du { $start }, { $practitioner }
office-nav-journal = Journal
office-clock = Heures de cette page : { $zone }.
journal-title = Journal du cabinet
journal-lead = Qui a fait quoi, et quand. Rien ne s’y modifie ni ne s’y efface.
journal-topic = Sujet
journal-everything = Tout
journal-visits = Rendez-vous
journal-readings = Fiches consultées
journal-settings = Horaires et réglages
journal-people = Comptes et connexions
journal-denied = Accès refusés
journal-day = Jour
journal-show = Afficher
journal-what = Action
journal-when = Quand
journal-who = Qui
journal-about = À propos de
journal-pages = Pages du journal
journal-older = Plus ancien
journal-newest = Le plus récent
journal-empty-title = Rien à montrer
journal-empty = Aucune ligne pour ce choix. Essayez un autre jour ou un autre sujet.

## Deuxième étape à la connexion

second-step-title = Deuxième étape à la connexion
second-step-manage = Régler la deuxième étape
second-step-is-off = Le mot de passe seul suffit pour se connecter.
second-step-is-on = Un code est demandé après le mot de passe, depuis le { $since }.
second-step-lead = Un code à six chiffres, affiché par votre téléphone, est demandé après le mot de passe. Qui devine ou vole le mot de passe n’entre pas.
second-step-apps = Il faut une application de codes : Aegis, FreeOTP, Mots de passe (iPhone), Google ou Microsoft Authenticator…
second-step-start = Commencer
second-step-scan-title = 1. Dans l’application de codes
second-step-scan = Photographiez ce dessin avec l’application, ou recopiez la clé.
second-step-qr-label = Clé à photographier ; elle est écrite en dessous.
second-step-secret = Clé :
second-step-open-app = Ouvrir l’application sur cet appareil
second-step-prove-title = 2. Ici
second-step-code = Code
second-step-code-hint = Les six chiffres que l’application affiche maintenant.
second-step-turn-on = Activer
second-step-codes-left = Codes de secours qui restent : { $count }.
second-step-change-title = Changer
second-step-code-or-recovery = Les six chiffres de l’application, ou un code de secours.
second-step-renew = Refaire les codes de secours
second-step-turn-off = Désactiver
second-step-on-done = C’est fait. Les autres appareils sont déconnectés.
second-step-off-done = La deuxième étape est désactivée. Les autres appareils sont déconnectés.
second-step-codes-title = Codes de secours
second-step-codes-advice = Notez-les maintenant et gardez-les ailleurs que sur vos appareils : ils ne seront plus montrés. Chacun remplace une fois le téléphone ou la clé d’accès.
second-step-sign-in-title = Code de connexion
second-step-sign-in-lead = Le mot de passe est bon. Il reste le code de votre téléphone.
second-step-start-again = Recommencer
second-step-lost = Téléphone, clé d’accès et codes de secours perdus ? Adressez-vous à la personne qui s’occupe du serveur.
second-step-wrong-code = Ce code ne convient pas, ou il a déjà servi. Attendez le suivant.
second-step-gone = Trop de temps ou trop d’essais. Recommencez par le mot de passe.
second-step-changed = Cela a changé entre-temps. Voici où en est la deuxième étape.
trail-second-step-turned-on = Deuxième étape activée
trail-second-step-turned-off = Deuxième étape désactivée
trail-second-step-refused = Code ou clé d’accès refusé après le bon mot de passe
trail-second-step-removed = Deuxième étape retirée
trail-recovery-code-used = Code de secours utilisé
trail-recovery-codes-renewed = Codes de secours refaits

## Passkeys

passkey-title = Clés d’accès
passkey-manage = Voir les clés d’accès
passkey-count =
    { $count ->
        [0] Aucune clé d’accès.
        [one] Une clé d’accès.
       *[other] { $count } clés d’accès.
    }
passkey-lead = Une clé d’accès se trouve dans un téléphone, un ordinateur ou une clé de sécurité, qui la protège par une empreinte, un visage ou un code. Elle remplace le code après le mot de passe, et permet aussi de se connecter sans mot de passe. Aucun faux site ne peut la voler.
passkey-name = Nom de la clé
passkey-name-hint = Pour la reconnaître plus tard : l’appareil où elle se trouve.
passkey-since = Ajoutée
passkey-last-used = Dernière utilisation
passkey-never-used = Jamais
passkey-remove = Supprimer
passkey-remove-label = Supprimer la clé d’accès { $name }
passkey-remove-hint = Elle ne servira plus ici. Vous pourrez ensuite l’effacer aussi sur l’appareil.
passkey-remove-last = C’est votre dernière clé, et aucun téléphone ne donne de code : la deuxième étape sera désactivée, et les codes de secours ne serviront plus.
passkey-add-title = Ajouter une clé d’accès
passkey-start = Continuer
passkey-make = « { $name } » : l’appareil va demander une empreinte, un visage ou un code. Vous avez cinq minutes.
passkey-not-offered-at = Les clés d’accès demandent une adresse en https avec un nom de domaine, et cette instance répond à { $address } : elles ne sont donc pas proposées ici.
passkey-not-offered = Les clés d’accès ne sont pas proposées à cette adresse.
passkey-too-many = Vous avez dix clés d’accès, le plus possible. Supprimez-en une d’abord.
passkey-ask-make = Créer la clé d’accès
passkey-ask-prove = Confirmer avec une clé d’accès
passkey-ask-sign-in = Utiliser une clé d’accès
passkey-needs-scripts = Une clé d’accès demande JavaScript et un navigateur récent. Les codes d’un téléphone marchent sans.
passkey-needs-scripts-or-code = Une clé d’accès demande JavaScript et un navigateur récent. Sans cela, prenez un code.
passkey-stopped = L’appareil n’a rien confirmé. Vous pouvez réessayer.
passkey-known = Cet appareil a déjà une clé d’accès pour ce compte.
passkey-failed = Le navigateur n’a pas pu utiliser de clé d’accès. Essayez un autre appareil, ou un code.
passkey-refused = Cette clé d’accès n’a pas été acceptée. Réessayez, ou prenez un code.
passkey-instead-of-code = Laissez vide pour confirmer avec une clé d’accès.
passkey-or-code = Ou bien avec un code :
passkey-added-done = La clé d’accès est ajoutée. Les autres appareils sont déconnectés.
passkey-removed-done = La clé d’accès est supprimée. Les autres appareils sont déconnectés.
passkey-sign-in = Se connecter avec une clé d’accès
passkey-sign-in-title = Connexion par clé d’accès
passkey-sign-in-lead = Le navigateur montre les clés d’accès de cet appareil, ou propose d’en prendre une sur votre téléphone.
passkey-by-password = Se connecter avec le mot de passe
passkey-sign-in-refused = Cette clé d’accès n’a pas été acceptée, ou il était trop tard. Réessayez, ou prenez le mot de passe.
second-step-is-on-passkey = Une clé d’accès ou un code est demandé après le mot de passe, depuis le { $since }.
second-step-recovery-only = Un code de secours.
second-step-add-telephone = Ajouter les codes d’un téléphone
second-step-remove-telephone = Ne plus utiliser le téléphone
second-step-renewed = Les codes de secours sont refaits. Les autres appareils sont déconnectés.
second-step-telephone-added = Les codes du téléphone sont activés. Les autres appareils sont déconnectés.
second-step-telephone-removed = Les codes du téléphone ne servent plus. Les autres appareils sont déconnectés.
second-step-sign-in-lead-passkey = Le mot de passe est bon. Il reste la clé d’accès, ou un code.
second-step-sign-in-lead-recovery = Le mot de passe est bon. Il reste un code de secours.
trail-passkey-added = Clé d’accès ajoutée
trail-passkey-removed = Clé d’accès supprimée
trail-passkey-used = Connexion avec une clé d’accès
trail-telephone-added = Codes du téléphone activés
trail-telephone-removed = Codes du téléphone désactivés

## Passkeys and the password

account-password-changed-passkeys = Le mot de passe est changé. Les autres appareils sont déconnectés. Vos clés d’accès restent valables : supprimez celles que vous ne reconnaissez pas, sous « Clés d’accès ».
passkey-stand = Un changement de mot de passe ne les supprime pas : elles restent valables jusqu’à ce que vous les supprimiez.
