// Which server meant, and which one recorded, every start: told by the database, not by the servers.

// To be put into a migrated Postgres before any server connects. A connection's name is its server's (armed.mjs).
export const kWitness = `
  CREATE TABLE harness_starts (start_id text, outcome text, who text, at timestamptz DEFAULT clock_timestamp());
  CREATE FUNCTION harness_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' OR OLD.outcome <> NEW.outcome THEN
      INSERT INTO harness_starts VALUES (NEW.start_id, NEW.outcome, current_setting('application_name'));
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER harness_witness AFTER INSERT OR UPDATE ON video_starts
    FOR EACH ROW EXECUTE FUNCTION harness_note()`;

// As {start_id, outcome, who, at}, `at` in milliseconds since 1970.
export const witnessed = (sql) => sql(
  `SELECT start_id, outcome, who, extract(epoch FROM at) * 1000 AS at FROM harness_starts ORDER BY at`);

// The same of a database that one server has at a time: whoever was alive then.
export function witnessedByTime(ledger, servers) {
  const aliveAt = (at) => servers.findLast(({ began }) => began <= at)?.who;
  return ledger.flatMap(({ start_id: id, outcome, intended, answered }) => [
    { start_id: id, outcome: 'open', who: aliveAt(intended), at: intended },
    ...(outcome === 'open' ? [] : [{ start_id: id, outcome, who: aliveAt(answered), at: answered }])]);
}
