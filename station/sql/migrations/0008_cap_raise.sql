-- A printer's cap raised for one day, by two people at the office: its allowance grows by so many cards, once.
CREATE TABLE cap_raise (
    raise_id       TEXT PRIMARY KEY,
    printer_serial TEXT NOT NULL,
    day            TEXT NOT NULL,
    cards          INTEGER NOT NULL CHECK (cards BETWEEN 1 AND 1000),
    document       TEXT NOT NULL,
    UNIQUE (printer_serial, day),
    FOREIGN KEY (printer_serial, day) REFERENCES allowance (printer_serial, day)
) STRICT;
