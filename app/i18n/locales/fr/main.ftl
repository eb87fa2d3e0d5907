### Mots employés partout : noms des choses, boutons, champs, erreurs, refus, statuts.
### Vouvoiement, phrases courtes. Espaces ordinaires avant « : ; ! ? » : le programme les rend
### insécables. Une clé ne figure que dans un seul fichier.

## Le logiciel

app-name = rdv

## Boutons et liens

button-cancel = Annuler
button-save = Enregistrer
button-search = Rechercher
link-home = Accueil
skip-to-content = Aller au contenu

## Champs

field-given-name = Prénom
field-family-name = Nom
field-email = Adresse électronique
field-phone = Téléphone
field-birth-date = Date de naissance
field-reason = Motif de consultation
field-place = Lieu
field-hour = Heure
field-optional = facultatif
field-stands = Enregistré à présent : « { $saved } ».
field-stands-empty = Enregistré à présent : rien.

## Erreurs de saisie

form-errors-heading = { $count ->
    [one] Une information est à corriger
   *[other] { $count } informations sont à corriger
}
text-error-empty = Ce champ est à remplir.
text-error-too-long = Ce texte est trop long.
text-error-unprintable = Ce texte contient des caractères qui ne peuvent pas être affichés.
text-error-malformed = Ce texte n’a pas la forme attendue.
email-error-malformed = Saisissez une seule adresse, comme prenom.nom@exemple.fr.
phone-error-malformed = Saisissez un numéro complet, comme 06 12 34 56 78 ou +32 470 12 34 56.
birth-date-error-malformed = Saisissez le jour, le mois et l’année, comme 31/12/1980.
hours-error-ends-before-start = L’heure de fin doit venir après l’heure de début.
hours-error-not-whole-minutes = Les heures se donnent en minutes entières.
hours-error-weeks-out-of-range = Choisissez un rythme d’une à 52 semaines.
hours-error-until-before-first = Le dernier jour ne peut pas précéder le premier.
minutes-out-of-range = Choisissez une durée de { $least } à { $most } minutes.

## Refus d’une réservation

refusal-heading = Ce créneau ne peut pas être réservé
refusal-heading-changed = Ce rendez-vous a changé
refusal-heading-gone = Ce créneau n’est plus libre
refusal-heading-later = Un peu de patience
refusal-heading-taken = Ce créneau vient d’être pris
refusal-changed = Depuis que cette page est ouverte, le motif, le lieu, la durée ou l’heure locale n’est plus ce qu’elle montrait. Relisez ; ce que vous avez saisi est gardé. Si cela vous convient, continuez.
refusal-changed-now = À présent : { $reason }, { $length }, { $place }.
refusal-not-for-you = Ce motif ne se réserve pas en ligne. Appelez le cabinet.
refusal-too-soon = Il est trop tard pour réserver ce créneau en ligne. Choisissez un horaire à partir du { $earliest }.
refusal-too-far = Ce créneau n’est pas encore ouvert à la réservation. Choisissez un horaire avant le { $latest }.
refusal-not-open = Aucune consultation ne commence à cette heure. Voici les créneaux libres les plus proches.
refusal-not-open-alone = Aucune consultation ne commence à cette heure, et aucun créneau n’est libre autour. Cherchez une autre semaine ou appelez le cabinet.
refusal-taken = Une autre personne l’a réservé pendant ce temps. Voici les créneaux libres les plus proches.
refusal-taken-alone = Une autre personne l’a réservé pendant ce temps, et aucun créneau n’est libre autour. Cherchez une autre semaine ou appelez le cabinet.
refusal-gone = Voici les créneaux libres les plus proches.
refusal-gone-alone = Aucun créneau n’est libre autour. Cherchez une autre semaine ou appelez le cabinet.
refusal-too-many-holds = { $minutes ->
    [one] Trop de réservations sont en cours en ce moment. Si vous avez déjà demandé un créneau, saisissez d’abord le code reçu par mail. Sinon, réessayez dans une minute, ou choisissez un autre jour.
   *[other] Trop de réservations sont en cours en ce moment. Si vous avez déjà demandé un créneau, saisissez d’abord le code reçu par mail. Sinon, réessayez dans { $minutes } minutes, ou choisissez un autre jour.
}
refusal-key-reused = Ce formulaire a déjà servi pour un autre rendez-vous, qui n’est pas changé. Pour en prendre un de plus, envoyez-le de nouveau.
refusal-key-reused-alone = Ce formulaire a déjà servi pour un autre rendez-vous, qui n’est pas changé.

## Pourquoi un instant n’est pas libre (pour le cabinet)

blocked-too-soon = Délai de prévenance
blocked-too-far = Au-delà de l’horizon de réservation
blocked-closed = En dehors des plages d’ouverture
blocked-holiday = Jour férié
blocked-off-grid = Ne tombe pas sur le début d’un créneau
blocked-absent = Absence
blocked-taken = Déjà pris

## Où en est un rendez-vous

status-held = En attente du code
status-expired = Non confirmé à temps
status-booked = Confirmé
status-arrived = En salle d’attente
status-attended = Honoré
status-missed = Absence non excusée
status-cancelled-by-patient = Annulé par le ou la patient·e
status-cancelled-by-practice = Annulé par le cabinet

## Choix

detail-busy-only = Seulement « Occupé »
detail-initials = Les initiales
detail-full-name = Le prénom et le nom
role-owner = Responsable du cabinet
role-practitioner = Praticien·ne
role-secretary = Secrétaire
audience-everyone = Tout le monde, en ligne
audience-staff-only = Le cabinet seulement

## Jours fériés

holiday-new-year = Jour de l’An
holiday-good-friday = Vendredi saint
holiday-easter-monday = Lundi de Pâques
holiday-labour-day = Fête du Travail
holiday-victory-1945 = Victoire de 1945
holiday-ascension = Ascension
holiday-whit-monday = Lundi de Pentecôte
holiday-abolition-of-slavery = Abolition de l’esclavage
holiday-national-day = Fête nationale
holiday-assumption = Assomption
holiday-all-saints = Toussaint
holiday-armistice-1918 = Armistice de 1918
holiday-christmas = Noël
holiday-saint-stephen = Saint-Étienne
holidays-none = Aucun : le cabinet reste ouvert
holidays-france = France
holidays-alsace-moselle = Alsace et Moselle
holidays-guadeloupe = Guadeloupe
holidays-martinique = Martinique
holidays-guyane = Guyane
holidays-reunion = La Réunion
holidays-mayotte = Mayotte
holidays-saint-barthelemy = Saint-Barthélemy
holidays-saint-martin = Saint-Martin

## Pages d’erreur (les chiffres sont les codes HTTP)

error-400-title = Demande illisible
error-400-advice = Le formulaire est incomplet ou a été modifié. Revenez en arrière, rechargez la page et recommencez.
error-401-title = Connexion nécessaire
error-401-advice = Cette page est réservée au cabinet. Connectez-vous pour continuer.
error-401-sent-title = Votre session est terminée
error-401-send-again = Rien n’a été enregistré. Connectez-vous dans un autre onglet, puis envoyez de nouveau : ce que vous avez saisi est gardé sur cette page.
error-401-start-again = Rien n’a été enregistré. Connectez-vous, puis recommencez.
error-401-sign-in = Se connecter dans un autre onglet
error-403-title = Formulaire refusé
error-403-advice = Ce formulaire n’a pas été envoyé depuis ce site. Ouvrez la page ici même et recommencez.
error-404-title = Page introuvable
error-404-advice = L’adresse est incomplète, ou ce qu’elle montrait n’existe plus. Vérifiez que le lien a été copié en entier.
error-405-title = Action impossible ici
error-405-advice = Revenez à l’accueil et reprenez depuis le début.
error-408-title = La réponse a pris trop de temps
error-408-advice = Réessayez dans un moment. Si vous veniez d’envoyer un formulaire, vérifiez d’abord s’il a été pris en compte.
error-409-title = Modifié entre-temps
error-409-advice = Quelqu’un d’autre vient de faire une modification. Rechargez la page pour voir l’état actuel, puis recommencez.
error-413-title = Envoi trop volumineux
error-413-advice = Le formulaire contient trop de texte. Raccourcissez-le et recommencez.
error-421-title = Ce n’est pas l’adresse de ce site
error-421-advice = Ce site ne répond que sous sa propre adresse. Ouvrez-le par celle que son hébergeur vous a donnée.
error-429-title = Trop d’essais
error-429-advice = { $minutes ->
    [one] Attendez une minute, puis réessayez. Vous pouvez aussi appeler le cabinet.
   *[other] Attendez { $minutes } minutes, puis réessayez. Vous pouvez aussi appeler le cabinet.
}
error-500-title = Une erreur est survenue
error-500-advice = L’erreur a été enregistrée. Réessayez ; si elle se répète, appelez le cabinet.
error-503-title = Service momentanément indisponible
error-503-advice = Rien n’a été enregistré. Réessayez dans un moment.
error-503-send-again = Votre demande n’a pas pu être traitée. Ce que vous avez saisi est gardé : envoyez-le de nouveau dans un moment.
error-503-go-back = Votre demande n’a pas pu être traitée. Revenez à la page précédente et envoyez-la de nouveau dans un moment.
send-again = Envoyer de nouveau
error-reference = Référence de l’erreur : { $reference }

## Abonnement agenda : ce que montrent les logiciels de calendrier

feed-visit = Rendez-vous
feed-cancelled = Annulé : { $visit }
feed-unknown = Cette adresse ne mène à aucun agenda.
feed-gone = Cet abonnement a été révoqué. Le cabinet peut en créer un autre.
feed-away = L’agenda ne peut pas être lu pour le moment. Réessayez plus tard.
