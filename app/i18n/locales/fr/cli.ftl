### Ce que disent les commandes de l’hébergeur : sauvegarde, restauration, diagnostic.
### Une erreur dit ce qui ne va pas, puis quoi faire.

## Sauvegarde et restauration

cli-step-writing = écriture { $percent } %
cli-step-checking = vérification { $percent } %
cli-step-replacing = remplacement { $percent } %

cli-backup-made = { $file } : { $rows } lignes, { $kilobytes } ko, écrites et relues
cli-backup-not-noted = La base n’a pas pu noter qu’elle a été sauvegardée ; la sauvegarde elle-même est entière.
cli-backup-file-exists = { $file } existe déjà : choisissez un autre nom, ou --force pour le remplacer
cli-backup-is-database = { $file } est la base elle-même : choisissez un autre nom
cli-backup-no-database = il n’y a pas de base de rdv à cet endroit : vérifiez RDV_DATABASE_URL
cli-database-newer = la base a été écrite par une version plus récente de rdv : utilisez celle-là, ou une plus récente

cli-restore-no-backup = { $file } n’est pas une sauvegarde faite par `rdv backup`
cli-restore-newer-form = { $file } a été fait par une version plus récente de rdv : utilisez celle-là, ou une plus récente
cli-restore-newer-schema = { $file } contient le schéma { $found }, cette version de rdv connaît jusqu’à { $known } : utilisez la version qui l’a fait, ou une plus récente
cli-restore-truncated = il manque la fin de { $file } : utilisez une autre copie ; rien n’a été changé
cli-restore-damaged = { $file } n’est pas tel qu’il a été écrit : utilisez une autre copie ; rien n’a été changé
cli-restore-not-empty = la base contient des données : --replace les remplace (avec SQLite, l’ancien fichier est gardé à côté) ; rien n’a été changé
cli-restore-in-use = la base est utilisée : arrêtez le serveur et tout ce qui l’a ouverte ; rien n’a été changé

cli-restored = restauré : { $rows } lignes, telles qu’elles étaient le { $at }
cli-restored-aside = l’ancienne base est gardée sous { $file } ; supprimez-la quand tout va bien
cli-restored-given-up =
    { $count ->
        [one] un courriel attendait quand la sauvegarde a été faite, et il est peut-être parti depuis : l’agenda le montre dans « À téléphoner »
       *[other] { $count } courriels attendaient quand la sauvegarde a été faite, et ils sont peut-être partis depuis : l’agenda les montre dans « À téléphoner »
    }
cli-restored-since = Personne n’est connecté. Ce qui a été réservé, annulé ou révoqué depuis n’y est pas : regardez les courriels envoyés depuis, et prévenez les cabinets.
