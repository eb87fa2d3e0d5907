### The practice’s pages: agenda, hours, absences, reasons, places. A key stands in one file only.
