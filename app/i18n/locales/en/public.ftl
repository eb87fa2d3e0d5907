### Public pages and the way to a booking. A key stands in one file only.
