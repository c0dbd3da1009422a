/**
 * Schema 8: which market has which number at a venue, as the requests of this desk used it. The newest request of a market
 * or of a number counts; what was used before this version is taken from the requests that are there.
 */

const numbered = (prepared: string): string =>
  `CASE WHEN json_valid(${prepared}) THEN json_type(${prepared}, '$.market.id') = 'integer'
     AND json_type(${prepared}, '$.market.symbol') = 'text' ELSE 0 END`

/** SQL from schema 7 to 8. */
export const marketNumbers = `
CREATE TABLE market_numbers (
  venue TEXT NOT NULL,
  network TEXT NOT NULL,
  symbol TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (venue, network, symbol),
  UNIQUE (venue, network, number)
) STRICT;

INSERT OR REPLACE INTO market_numbers (venue, network, symbol, number)
SELECT requests.venue, requests.network, json_extract(prepared, '$.market.symbol'), json_extract(prepared, '$.market.id')
FROM requests JOIN history ON history.request_id = requests.id AND history.kind = 'request.prepared'
WHERE ${numbered('prepared')} ORDER BY history.seq;

CREATE TRIGGER requests_number AFTER INSERT ON requests WHEN ${numbered('NEW.prepared')}
BEGIN
  INSERT OR REPLACE INTO market_numbers (venue, network, symbol, number)
  VALUES (NEW.venue, NEW.network, json_extract(NEW.prepared, '$.market.symbol'), json_extract(NEW.prepared, '$.market.id'));
END;
`
