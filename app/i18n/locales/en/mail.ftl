### Mails: subjects and texts. A key stands in one file only.
